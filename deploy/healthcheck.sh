#!/bin/bash
#  healthcheck.sh: whether the program of this container is ready: its /readyz at DMH_HEALTH_PORT (9570). Needs nothing but bash.
exec 3<>"/dev/tcp/127.0.0.1/${DMH_HEALTH_PORT:-9570}" || exit 1
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r _ status _ <&3
[ "$status" = 200 ]
