;; Writes lines to stderr without end.
(component
  (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "output-stream" (type $output (sub resource)))
    (alias outer 1 $error (type $outer-error))
    (export "error" (type $inner-error (eq $outer-error)))
    (type $failure (variant (case "last-operation-failed" (own $inner-error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $failure)))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" (borrow $output)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr
    (alias outer 1 $output (type $outer-output))
    (export "output-stream" (type $inner-output (eq $outer-output)))
    (export "get-stderr" (func (result (own $inner-output))))))
  (core module $memory (memory (export "memory") 1) (data (i32.const 0) "spam and more spam\n"))
  (core instance $memory (instantiate $memory))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush")
    (memory (core memory $memory "memory"))))
  (core func $open (canon lower (func $stderr "get-stderr")))
  (core module $guest
    (import "host" "write" (func $write (param i32 i32 i32 i32)))
    (import "host" "open" (func $open (result i32)))
    (func (export "run") (local $stream i32)
      (local.set $stream (call $open))
      (loop $again
        (call $write (local.get $stream) (i32.const 0) (i32.const 19) (i32.const 1024))
        (br $again))))
  (core instance $instance (instantiate $guest
    (with "host" (instance (export "write" (func $write)) (export "open" (func $open))))))
  (func (export "run") (canon lift (core func $instance "run"))))
