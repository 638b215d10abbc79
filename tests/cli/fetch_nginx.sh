#!/bin/sh
# grantgate fetch through a real server: TLS with a private CA, HTTP/2, gzip,
# and a limit of requests, in front of fake-nylas.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"
. "$srcdir/tests/cli/nylas.sh"

nginx=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx)
if [ -z "$nginx" ] || ! command -v openssl >/dev/null 2>&1; then
    echo "1..0 # SKIP no nginx, or no openssl"
    exit 0
fi
if ! "$nginx" -V 2>&1 | grep -q http_v2_module; then
    echo "1..0 # SKIP this nginx has no HTTP/2"
    exit 0
fi

# --- certificates -------------------------------------------------------------

# authority NAME: NAME.pem and its key, a CA.
authority() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" \
        -addext basicConstraints=critical,CA:TRUE -keyout "$1.key" \
        -out "$1.pem" 2>>openssl.log
}

# For the name localhost, and not for its address.
certificate() {
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost \
        -keyout server.key -out server.csr 2>>openssl.log &&
        echo subjectAltName=DNS:localhost >names &&
        openssl x509 -req -in server.csr -CA ours.pem -CAkey ours.key \
            -CAcreateserial -days 2 -extfile names -out server.pem \
            2>>openssl.log
}

# --- the server ---------------------------------------------------------------

# A port that was free a moment ago.
free_port() {
    serve probe
    sed 's/.*://' probe.url
    stop probe.pid
}

configure() {
    mkdir -p temporary
    # As root it would give its workers to a user who may not look in here.
    [ "$(id -u)" -ne 0 ] || echo "user root root;"
    cat <<EOF
daemon off;
pid $scratch/nginx.own;
worker_processes 1;
events { worker_connections 256; }
http {
    log_format told '\$status \$server_protocol \$ssl_protocol \$connection';
    access_log $scratch/access.log told;
    client_body_temp_path $scratch/temporary/body;
    proxy_temp_path $scratch/temporary/proxy;
    fastcgi_temp_path $scratch/temporary/fastcgi;
    uwsgi_temp_path $scratch/temporary/uwsgi;
    scgi_temp_path $scratch/temporary/scgi;
    keepalive_requests 100000;
    gzip on;
    gzip_types application/json;
    gzip_proxied any;
    limit_req_zone \$server_name zone=api:1m rate=200r/s;
    limit_req_status 429;
    upstream fake { server $(sed 's|http://||' nylas.url); keepalive 8; }
    server {
        listen 127.0.0.1:$port ssl http2;
        server_name localhost;
        ssl_certificate $scratch/server.pem;
        ssl_certificate_key $scratch/server.key;
        location / {
            limit_req zone=api burst=10 nodelay;
            proxy_pass http://fake;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }
    }
}
EOF
}

# Start it on a free port; somebody else may get there first.
start_nginx() {
    for _ in 1 2 3; do
        port=$(free_port)
        configure >nginx.conf
        rm -f nginx.own
        "$nginx" -p "$scratch" -e "$scratch/error.log" \
            -c "$scratch/nginx.conf" >nginx.out 2>&1 &
        echo $! >nginx.pid
        while kill -0 "$(cat nginx.pid)" 2>/dev/null; do
            [ ! -s nginx.own ] || return 0
            sleep 0.05
        done
    done
    cat nginx.out error.log
    exit 99
}

authority ours && authority theirs && certificate || { cat openssl.log; exit 99; }
data 300
ids data >list
serve nylas --generate 300 --key "$NYLAS_API_KEY"
start_nginx

# secure ARG...: fetch from nginx, by the name it has a certificate for.
secure() {
    : >access.log
    run fetch --api-url "https://localhost:$port" --rate 100000 \
        --backoff 20ms --retries 100 "$@"
}

everything() {
    secure --all --ca-file ours.pem
    ends 0 && same_grants && keeps_secret &&
        counts "200 HTTP/2.0 TLSv1." access.log 2
}

by_id() {
    secure --ids list --ca-file ours.pem --parallel 50
    ends 0 && same_grants && keeps_secret &&
        counts "200 HTTP/2.0" access.log 300 && grep -q "^429 " access.log
}

reuses_connections() {
    [ "$(awk '{ print $NF }' access.log | sort -u | wc -l)" -le 4 ] && return 0
    awk '{ print $NF }' access.log | sort | uniq -c
    return 1
}

# refuses_server TEXT ARG...: no request is made, so the key is not sent.
refuses_server() {
    text=$1
    shift
    secure a "$@"
    ends 5 && records '"code":"network_error"' && records "$text" &&
        counts "tried" out 0 && keeps_secret && is_empty access.log
}

refuses_other_authorities() {
    refuses_server certificate && refuses_server certificate \
        --ca-file theirs.pem
}

refuses_other_names() {
    refuses_server "127.0.0.1" --ca-file ours.pem \
        --api-url "https://127.0.0.1:$port"
}

claim "lists over TLS with a private CA, and HTTP/2" everything
claim "fetches by id within the limit of the server, losing nothing" by_id
claim "few connections serve many requests" reuses_connections
claim "refuses a server that another CA vouches for" refuses_other_authorities
claim "refuses a server of another name" refuses_other_names
done_testing
