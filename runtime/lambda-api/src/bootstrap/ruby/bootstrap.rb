# frozen_string_literal: true

# Runs a handler written for Ruby over Lambda's Runtime API, where the project has no client of the vendor.
# https://docs.aws.amazon.com/lambda/latest/dg/ruby-handler.html

require "json"
require "logger"
require "socket"
require "stringio"

$stdout.sync = $stderr.sync = true

# What a handler is told of its invocation. https://docs.aws.amazon.com/lambda/latest/dg/ruby-context.html
class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name, :function_name,
              :memory_limit_in_mb, :function_version, :identity, :client_context, :deadline_ms

  def initialize(headers)
    @aws_request_id = headers["lambda-runtime-aws-request-id"]
    @invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
    @deadline_ms = headers["lambda-runtime-deadline-ms"].to_i
    @identity = document(headers["lambda-runtime-cognito-identity"])
    @client_context = document(headers["lambda-runtime-client-context"])
    @log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
    @log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
    @function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
    @function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
    @memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
  end

  def get_remaining_time_in_millis
    [@deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
  end

  private

  def document(text)
    JSON.parse(text) if text
  end
end

# Who a handler at the top level belongs to; its name is in the words of errors.
class LambdaHandler; end

# Everything that is not the function's own.
module GreenroomRuntime
  # It is for the runtime alone.
  LOG = ENV.delete("_LAMBDA_TELEMETRY_LOG_FD")&.then { |number| IO.for_fd(number.to_i, "wb", autoclose: false) }
  JSON_LOGS = ENV["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
  LEVELS = { "TRACE" => 0, "DEBUG" => 0, "INFO" => 1, "WARN" => 2, "ERROR" => 3, "FATAL" => 4 }.freeze
  # The errors that the vendor tells by their own names; what code has made itself is an exception of the user's.
  NAMED = %w[ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError].freeze

  class << self
    attr_accessor :request_id
  end

  # The Runtime API, over one connection.
  class Api
    def initialize(address)
      @address = address
      host, _, port = address.rpartition(":")
      @socket = TCPSocket.new(host, port.to_i)
      @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
    end

    def get(path)
      send_head("GET", path, {})
      answer
    end

    def post(path, body, headers)
      send_head("POST", path, { "Content-Length" => body.bytesize, **headers }, body)
      answer
    end

    private

    def send_head(method, path, headers, body = "")
      lines = ["#{method} /2018-06-01/runtime/#{path} HTTP/1.1", "Host: #{@address}"]
      lines.concat(headers.map { |name, value| "#{name}: #{value}" })
      @socket.write("#{lines.join("\r\n")}\r\n\r\n".b + body.b)
    rescue SystemCallError
      exit!(0)
    end

    def answer
      # Without its server the runtime has nothing left to do.
      status = @socket.gets("\r\n") or exit!(0)
      headers = {}
      while (line = @socket.gets("\r\n")) && line != "\r\n"
        name, _, value = line.chomp("\r\n").partition(":")
        headers[name.downcase] = value.strip.force_encoding(Encoding::UTF_8)
      end
      body = @socket.read(headers["content-length"].to_i) || ""
      [status[9, 3].to_i, headers, body.force_encoding(Encoding::UTF_8)]
    rescue SystemCallError
      exit!(0)
    end
  end

  # An error, with where it came from: `Function` or `Init`.
  class Failure
    def initialize(error, phase)
      @error = error
      @type = "#{phase}<#{error.class}>"
    end

    # Of the answer's header.
    def type
      NAMED.include?(@error.class.to_s) ? @type : "Function<UserException>"
    end

    def document
      { errorMessage: GreenroomRuntime.utf8(@error.message), errorType: @type, stackTrace: trace }
    end

    private

    def trace
      places = @error.backtrace_locations || []
      places = places.reject { |place| place.path.start_with?("<internal:") }.take_while { |place| place.path != __FILE__ }
      places.first(100).map { |place| GreenroomRuntime.utf8(place.to_s) }
    end
  end

  # Lines of `Logger` as they are in CloudWatch.
  class Formatter < Logger::Formatter
    def call(severity, time, name, message)
      return document(severity, time, name, message) if JSON_LOGS

      head = "#{severity[0]}, [#{format_datetime(time)} ##{Process.pid}] #{severity.rjust(5)}"
      "#{head} #{GreenroomRuntime.request_id} -- #{name}: #{GreenroomRuntime.utf8(msg2str(message))}\n"
    end

    private

    def document(severity, time, name, message)
      fields = { timestamp: time.utc.strftime("%Y-%m-%dT%H:%M:%S.%6NZ"), level: severity }
      fields[:message] = GreenroomRuntime.utf8(message.is_a?(Exception) ? message.message : msg2str(message))
      fields[:requestId] = GreenroomRuntime.request_id
      fields[:logger] = GreenroomRuntime.utf8(name) unless name.to_s.empty?
      fields.update(error(message)) if message.is_a?(Exception)
      "#{JSON.generate(fields.compact)}\n"
    end

    def error(error)
      { errorType: error.class.to_s, errorMessage: GreenroomRuntime.utf8(error.message), stackTrace: error.backtrace }
    end
  end

  # A logger of standard output or standard error writes entries of the log, however many lines each has.
  module Logging
    def initialize(device = nil, *rest, **options)
      return super unless device.equal?($stdout) || device.equal?($stderr) || device == STDOUT || device == STDERR

      options[:formatter] ||= Formatter.new
      level = LEVELS[ENV["AWS_LAMBDA_LOG_LEVEL"]]
      options[:level] = level if level && rest.empty? && !options.key?(:level)
      super(LOG ? Sink : device, *rest, **options)
    end
  end

  # The log, for `Logger`.
  module Sink
    def self.write(text)
      GreenroomRuntime.log(text.chomp)
    end

    def self.close; end
  end

  module_function

  def utf8(text)
    text.to_s.encode(Encoding::UTF_8, invalid: :replace, undef: :replace, replace: "\u{FFFD}").scrub("\u{FFFD}")
  end

  # One entry of the log.
  def log(text)
    return $stdout.write("#{text}\n") unless LOG

    body = utf8(text).b
    kind = JSON_LOGS ? 0xA55A0002 : 0xA55A0003
    LOG.syswrite([kind, body.bytesize, Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)].pack("NNQ>") + body)
  end

  def log_failure(failure, message)
    return log(JSON.generate({ level: "ERROR", message: message, requestId: request_id, **failure.document })) if JSON_LOGS

    log(message)
    log(JSON.pretty_generate(failure.document))
  end

  # What is called with the event and the context.
  def load_handler(name)
    parts = name.split(".")
    unless [2, 3].include?(parts.size)
      raise ArgumentError, "Invalid handler #{parts}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where FILENAME " \
                           "corresponds with an existing Ruby source file FILENAME.rb, CLASS is an optional module/class namespace " \
                           "and METHOD is a callable method. If using CLASS, METHOD must be a class-level method."
    end
    $LOAD_PATH.unshift(ENV["LAMBDA_TASK_ROOT"]) unless $LOAD_PATH.include?(ENV["LAMBDA_TASK_ROOT"])
    require parts.first
    # A class that is missing is an error of each invocation, as there.
    lambda do |**arguments|
      owner = parts.size == 3 ? Kernel.const_get(parts[1]) : LambdaHandler.new
      owner.__send__(parts.last, **arguments)
    end
  end

  # The body of an answer and its content type.
  def marshalled(value)
    case value
    when StringIO, IO then [value.read.to_s, "application/unknown"]
    else [value.to_json, "application/json"]
    end
  end

  # Errors after which the vendor's runtime gives up its process.
  def fatal?(error)
    error.is_a?(NameError) || !error.is_a?(StandardError)
  end

  def serve(api, handler)
    loop do
      status, headers, body = api.get("invocation/next")
      exit(1) unless status == 200
      self.request_id = headers["lambda-runtime-aws-request-id"]
      ENV["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
      invoke(api, handler, headers, body)
    end
  end

  def invoke(api, handler, headers, body)
    event = headers["content-type"] == "application/json" ? JSON.parse(body) : body
    answer, type = marshalled(handler.call(event: event, context: LambdaContext.new(headers)))
    api.post("invocation/#{request_id}/response", answer, { "Content-Type" => type })
  rescue Exception => error # rubocop:disable Lint/RescueException
    failure = Failure.new(error, "Function")
    log_failure(failure, fatal?(error) ? "Critical exception from handler" : "Error raised from handler method")
    refuse(api, "invocation/#{request_id}/error", failure)
    exit!(1) if fatal?(error)
  end

  def refuse(api, path, failure)
    headers = { "Content-Type" => "application/json", "Lambda-Runtime-Function-Error-Type" => failure.type }
    api.post(path, JSON.generate(failure.document), headers)
  end

  def watch_output
    Logger.prepend(Logging)
    return unless LOG

    # What is put at once is one entry.
    Kernel.module_eval do
      def puts(*values)
        GreenroomRuntime.log(values.empty? ? "" : values.flatten.map { |value| GreenroomRuntime.utf8(value) }.join("\n"))
      end
    end
  end

  def main
    api = Api.new(ENV.fetch("AWS_LAMBDA_RUNTIME_API"))
    watch_output
    begin
      handler = load_handler(ENV.fetch("_HANDLER"))
    rescue Exception => error # rubocop:disable Lint/RescueException
      failure = Failure.new(error, "Init")
      log_failure(failure, "Init error when loading handler #{ENV["_HANDLER"]}")
      refuse(api, "init/error", failure)
      exit!(1)
    end
    serve(api, handler)
  end
end

GreenroomRuntime.main
