import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What a handler is told of its invocation, as the vendor's interfaces where the function has them. https://docs.aws.amazon.com/lambda/latest/dg/java-context.html */
final class GreenroomContext {
    private static final Map<String, Class<?>> VENDOR = new HashMap<>();

    private GreenroomContext() {}

    /** An interface of `aws-lambda-java-core`; null where the function does not have it. */
    static Class<?> vendor(String name) {
        if (!VENDOR.containsKey(name)) {
            VENDOR.put(name, find("com.amazonaws.services.lambda.runtime." + name));
        }
        return VENDOR.get(name);
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException error) {
            return null;
        }
    }

    /** Where entries of more than one line go; null where lines of standard output are all that there is. */
    private static final OutputStream LOG = log(System.getenv("_LAMBDA_TELEMETRY_LOG_FD"));

    private static OutputStream log(String number) {
        try {
            return number == null ? null : new FileOutputStream("/proc/self/fd/" + Integer.parseInt(number));
        } catch (IOException | NumberFormatException error) {
            return null;
        }
    }

    /** One entry of the log. */
    static synchronized void write(String text) {
        System.out.flush();
        try {
            if (LOG != null) {
                LOG.write(framed(text.getBytes(StandardCharsets.UTF_8)));
                return;
            }
        } catch (IOException error) {
            // Then it is a line like others.
        }
        System.out.print(text.replace('\n', '\r') + "\n");
        System.out.flush();
    }

    private static byte[] framed(byte[] entry) {
        Instant now = Instant.now();
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        return ByteBuffer.allocate(16 + entry.length).putInt(0xA55A0003).putInt(entry.length).putLong(micros).put(entry).array();
    }

    static Object of(Map<String, String> headers) {
        Class<?> type = vendor("Context");
        return type == null ? null : proxy(type, (self, method, arguments) -> value(headers, method.getName()));
    }

    private static Object value(Map<String, String> headers, String name) {
        switch (name) {
            case "getAwsRequestId": return headers.get("lambda-runtime-aws-request-id");
            case "getInvokedFunctionArn": return headers.get("lambda-runtime-invoked-function-arn");
            case "getTenantId": return headers.get("lambda-runtime-aws-tenant-id");
            case "getXrayTraceId": return headers.get("lambda-runtime-trace-id");
            case "getLogGroupName": return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
            case "getLogStreamName": return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
            case "getFunctionName": return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
            case "getFunctionVersion": return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
            case "getMemoryLimitInMB": return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
            case "getRemainingTimeInMillis":
                long left = Long.parseLong(headers.getOrDefault("lambda-runtime-deadline-ms", "0")) - System.currentTimeMillis();
                return (int) Math.max(left, 0);
            case "getLogger": return logger();
            case "getIdentity": return identity(document(headers.get("lambda-runtime-cognito-identity")));
            case "getClientContext": return clientContext(document(headers.get("lambda-runtime-client-context")));
            default: throw new UnsupportedOperationException("Context." + name);
        }
    }

    private static Object logger() {
        return proxy(vendor("LambdaLogger"), (self, method, arguments) -> {
            Object text = arguments[0];
            write(text instanceof byte[] ? new String((byte[]) text, StandardCharsets.UTF_8) : String.valueOf(text));
            return null;
        });
    }

    private static Object identity(Map<?, ?> fields) {
        return proxy(vendor("CognitoIdentity"), (self, method, arguments) ->
            fields.get(method.getName().equals("getIdentityId") ? "cognitoIdentityId" : "cognitoIdentityPoolId"));
    }

    private static Object clientContext(Map<?, ?> fields) {
        if (fields.isEmpty()) {
            return null;
        }
        return proxy(vendor("ClientContext"), (self, method, arguments) -> {
            switch (method.getName()) {
                case "getClient": return client((Map<?, ?>) fields.get("client"));
                case "getCustom": return fields.get("custom");
                default: return fields.get("env");
            }
        });
    }

    private static Object client(Map<?, ?> fields) {
        Map<String, String> names = Map.of("getInstallationId", "installation_id", "getAppTitle", "app_title", "getAppVersionName",
            "app_version_name", "getAppVersionCode", "app_version_code", "getAppPackageName", "app_package_name");
        return fields == null ? null : proxy(vendor("Client"), (self, method, arguments) -> fields.get(names.get(method.getName())));
    }

    private static Map<?, ?> document(String text) {
        Object value = text == null ? null : GreenroomJson.parse(text);
        return value instanceof Map ? (Map<?, ?>) value : Map.of();
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(self, type, method, arguments);
            }
            return handler.invoke(self, method, arguments);
        });
    }

    private static Object ofObject(Object self, Class<?> type, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "equals": return self == arguments[0];
            case "hashCode": return System.identityHashCode(self);
            default: return type.getSimpleName();
        }
    }
}
