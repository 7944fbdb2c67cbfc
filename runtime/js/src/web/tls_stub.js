// deno_fetch's client options ask for TLS keys of a file; guests here open no connections of their own, so there is nothing to load.
(function () {
  return {
    loadTlsKeyPair() {
      throw new TypeError("client certificates are not emulated");
    },
  };
})();
