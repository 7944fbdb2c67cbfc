;; A start function that calls back and then traps.
(module
  (import "env" "log" (func $log (param i32)))
  (func $start (call $log (i32.const 1)) (unreachable))
  (start $start))
