// Starts Swagger UI on the page. What is sent from here carries the page's CSRF token and a fresh idempotency key.
"use strict";
(() => {
  const place = document.getElementById("swagger-ui");
  const csrf = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: false,
    tryItOutEnabled: false,
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => {
      if (!["GET", "HEAD"].includes((request.method || "GET").toUpperCase())) {
        request.headers["X-CSRFToken"] = csrf;
        if (!request.headers["Idempotency-Key"]) request.headers["Idempotency-Key"] = crypto.randomUUID();
      }
      return request;
    },
  });
})();
