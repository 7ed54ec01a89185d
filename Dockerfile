# The relay, with the web app. Nothing is fetched when it runs.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts
RUN npm run build
RUN node scripts/pack-relay.js /redoubt

FROM node:20.20.2-bookworm-slim
COPY --from=build /redoubt /opt/redoubt
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:8787/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/redoubt/bin/redoubt-relay.js"]
CMD ["start", "--data", "/data", "--host", "0.0.0.0", "--web", "/opt/redoubt/web"]
