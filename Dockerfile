# Milepost in a container: built in one image, run in a smaller one, as a user without rights.
#
#   docker build -t milepost .
#   docker run -d --name milepost -p 5020:5020 -p 5027:5027 -p 5027:5027/udp -p 5023:5023 -p 5013:5013 \
#     -p 127.0.0.1:8080:8080 -v milepost:/data -e MILEPOST_API_KEY=$(openssl rand -hex 16) --ulimit nofile=65536 milepost
#
# HTTP listens beyond the container, so it needs a key: MILEPOST_API_KEY, or one of `milepost keys create`.
FROM node:22-bookworm-slim AS build
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3 && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json .npmrc ./
# Only the native module may run its install script; what it compiles is compiled here.
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3
COPY tsconfig.json ./
COPY protocols ./protocols
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production MILEPOST_DATA=/data MILEPOST_HTTP_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 5020 5027 5027/udp 5023 5013 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["node", "dist/src/main.js", "healthcheck"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["serve"]
