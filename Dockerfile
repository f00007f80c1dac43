# syntax=docker/dockerfile:1
# The Node that package.json pins; the image brings its own, so that the package with its binary is left out.
ARG NODE_VERSION=24.21.0

# The pages for people, and the service in one bundle. Packages and tools stay in this stage.
FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json vite.config.ts vite.service.config.ts ./
COPY src ./src
RUN NODE_ENV=production node node_modules/vite/bin/vite.js build --logLevel warn \
 && NODE_ENV=production node node_modules/vite/bin/vite.js build --logLevel warn --config vite.service.config.ts

FROM node:${NODE_VERSION}-slim
LABEL org.opencontainers.image.title="Slipway" \
      org.opencontainers.image.description="Feature flags and release pipelines" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4300 \
    DATABASE_URL=sqlite:/data/slipway.db
WORKDIR /app
COPY --from=build /app/build ./build
COPY --from=build /app/dist/web ./dist/web
COPY package.json LICENSE ./
COPY scripts/check-health.mjs ./scripts/
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
VOLUME /data
EXPOSE 4300
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "scripts/check-health.mjs"]
# The command line: `docker run … slipway backup /data/backup.db` runs another of its commands.
ENTRYPOINT ["node", "--min-semi-space-size=16", "--expose-gc", "build/main.js"]
CMD ["start"]
