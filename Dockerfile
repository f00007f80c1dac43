# syntax=docker/dockerfile:1
# The Node that package.json pins; the image brings its own, so that the package with its binary is left out.
ARG NODE_VERSION=24.21.0

# What the service needs while it runs.
FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# The pages for people. Their tools stay in this stage.
FROM node:${NODE_VERSION}-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json vite.config.ts ./
COPY src ./src
RUN NODE_ENV=production node node_modules/vite/bin/vite.js build --logLevel warn && rm -r src/web

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="Slipway" \
      org.opencontainers.image.description="Feature flags and release pipelines" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4300 \
    DATABASE_URL=sqlite:/data/slipway.db
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=pages /app/dist/web ./dist/web
COPY --from=pages /app/src ./src
COPY package.json LICENSE ./
COPY scripts/check-health.mjs ./scripts/
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
VOLUME /data
EXPOSE 4300
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "scripts/check-health.mjs"]
CMD ["node", "--max-semi-space-size=16", "src/main.ts"]
