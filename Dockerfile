FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/* && useradd --create-home --uid 10001 guicheng
WORKDIR /srv/guicheng
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY manage.py ./
COPY bpm_core ./bpm_core
COPY processes ./processes
COPY portal ./portal
COPY workers ./workers
ENV GUICHENG_DATA=/var/lib/guicheng PYTHONUNBUFFERED=1
RUN mkdir -p /var/lib/guicheng && chown guicheng /var/lib/guicheng
USER guicheng
VOLUME /var/lib/guicheng
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4"]
