// Starts Swagger UI within the page's own frame. What is sent carries the page's CSRF token and a fresh idempotency key.
"use strict";
(() => {
  const place = document.getElementById("swagger-ui");
  const csrf = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const EXAMPLE_KEY = "new-for-each-request";

  // Swagger's own layout brings a second main landmark and a title; the page has both already.
  const withinThePage = (system) => ({
    components: {
      WithinThePage: () => {
        const part = (name) => system.React.createElement(system.getComponent(name, true), { key: name });
        const authorize = system.React.createElement("div", { key: "authorize", className: "scheme-container" },
          part("AuthorizeBtnContainer"));
        return system.React.createElement("div", { className: "swagger-ui" },
          [part("errors"), authorize, part("operations"), part("Models")]);
      },
    },
  });

  SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    plugins: [withinThePage],
    layout: "WithinThePage",
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => {
      if (!["GET", "HEAD"].includes((request.method || "GET").toUpperCase())) {
        request.headers["X-CSRFToken"] = csrf;
        if (request.headers["Idempotency-Key"] === EXAMPLE_KEY) request.headers["Idempotency-Key"] = crypto.randomUUID();
      }
      return request;
    },
  });
})();
