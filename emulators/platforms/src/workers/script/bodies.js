// Bodies in the words of Workers.
(runtime) => {
  runtime.parts.workers.boot(() => {
    const { prototype } = runtime.InnerBody;
    const { consume } = prototype;
    prototype.consume = function () {
      if (this.unusable()) {
        throw new TypeError("Body has already been used. It can only be used once. Use tee() first if you need to read it twice.");
      }
      return consume.call(this);
    };
  });
};
