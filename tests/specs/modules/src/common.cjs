exports.named = "named";
exports.default = "default";
