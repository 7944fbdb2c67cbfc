// Runs a handler written for Java over Lambda's Runtime API, where the function has no client of the vendor among its jars.
// https://docs.aws.amazon.com/lambda/latest/dg/java-handler.html

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

public final class GreenroomBootstrap {
    /** Something that is told as an error of the function's. `type` is null where there was no exception. */
    static final class Fault extends RuntimeException {
        final String type;

        Fault(String message, String type, Throwable cause) {
            super(message, cause);
            this.type = type;
        }
    }

    /** What an event is handed to, and gives the body of the answer. */
    interface Handler {
        byte[] call(byte[] event, Object context) throws Throwable;
    }

    public static void main(String[] arguments) throws Exception {
        // Whatever the machine's language is, the log is UTF-8.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        GreenroomApi api = new GreenroomApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        Handler handler;
        try {
            handler = find(System.getenv("_HANDLER"));
        } catch (Throwable error) {
            Throwable cause = unwrapped(error);
            log(cause);
            api.post("init/error", document(cause), "application/json", typeOf(cause));
            System.exit(1);
            return;
        }
        if ("snap-start".equals(System.getenv("AWS_LAMBDA_INITIALIZATION_TYPE"))) {
            System.out.println("SnapStart: hooks of org.crac are run by the vendor's client only, which is not among this function's jars");
            api.get("restore/next");
        }
        while (true) {
            serve(api, handler, api.get("invocation/next"));
        }
    }

    private static void serve(GreenroomApi api, Handler handler, GreenroomApi.Answer next) throws Exception {
        if (next.status != 200) {
            System.exit(1);
        }
        String trace = next.headers.get("lambda-runtime-trace-id");
        if (trace != null) {
            System.setProperty("com.amazonaws.xray.traceHeader", trace);
        } else {
            System.clearProperty("com.amazonaws.xray.traceHeader");
        }
        String target = "invocation/" + next.headers.get("lambda-runtime-aws-request-id") + "/";
        try {
            byte[] answer = handler.call(next.body, GreenroomContext.of(next.headers));
            System.out.flush();
            api.post(target + "response", answer, "application/json", null);
        } catch (Throwable error) {
            Throwable cause = unwrapped(error);
            log(cause);
            api.post(target + "error", document(cause), "application/json", typeOf(cause));
            // After these the vendor's runtime gives up its process.
            if (cause instanceof VirtualMachineError || cause instanceof java.io.IOError) {
                System.exit(1);
            }
        }
    }

    // --- The handler

    private static Handler find(String name) throws Throwable {
        String[] parts = name.split("::", -1);
        if (parts.length > 2 || parts[0].isEmpty() || parts[parts.length - 1].isEmpty()) {
            return failing(new Fault("Invalid handler: `" + name + "'", null, null));
        }
        Class<?> type;
        try {
            type = Class.forName(parts[0], true, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException error) {
            // As there, that is an error of each invocation.
            return failing(new Fault("Class not found: " + parts[0], error.getClass().getName(), error));
        } catch (ExceptionInInitializerError | NoClassDefFoundError error) {
            Throwable cause = error.getCause() == null ? error : error.getCause();
            String message = error.getMessage() == null ? "" : ": " + error.getMessage();
            throw new Fault("Error loading class " + parts[0] + message, error.getClass().getName(), cause);
        }
        return parts.length == 1 ? ofInterface(type) : ofMethod(type, parts[1]);
    }

    private static Handler failing(Fault fault) {
        return (event, context) -> {
            throw fault;
        };
    }

    private static Handler ofInterface(Class<?> type) throws Throwable {
        for (String name : List.of("RequestStreamHandler", "RequestHandler")) {
            Class<?> wanted = GreenroomContext.vendor(name);
            if (wanted != null && wanted.isAssignableFrom(type)) {
                return ofMethod(type, "handleRequest");
            }
        }
        return failing(new Fault("Class does not implement an appropriate handler interface: " + type.getName(), null, null));
    }

    private static Handler ofMethod(Class<?> type, String name) throws Throwable {
        List<Method> candidates = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.getName().equals(name) && suits(method.getParameterTypes())) {
                candidates.add(method);
            }
        }
        candidates.sort(Comparator.comparing(Method::isBridge).thenComparing(method -> -weight(method.getParameterTypes())));
        if (candidates.isEmpty()) {
            return failing(new Fault("No public method named " + name + " with appropriate method signature found on class " + type.getName(), null, null));
        }
        Method method = candidates.get(0);
        method.setAccessible(true);
        Object target = Modifier.isStatic(method.getModifiers()) ? null : instance(type);
        return of(method, target, type);
    }

    private static Object instance(Class<?> type) throws Throwable {
        try {
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException error) {
            String message = "Class " + type.getName() + " has no public zero-argument constructor";
            throw new Fault(message, "java.lang.Exception", error);
        }
    }

    private static boolean isContext(Class<?> type) {
        return type == GreenroomContext.vendor("Context");
    }

    private static boolean isStream(Class<?> type) {
        return type == InputStream.class || type == OutputStream.class;
    }

    private static boolean suits(Class<?>[] types) {
        int count = types.length;
        boolean last = count > 0 && isContext(types[count - 1]);
        int rest = last ? count - 1 : count;
        return rest <= 1 || (rest == 2 && types[0] == InputStream.class && types[1] == OutputStream.class);
    }

    /** More parameters win, and one that is the context counts twice: the vendor's order. */
    private static int weight(Class<?>[] types) {
        return types.length + (types.length > 0 && isContext(types[types.length - 1]) ? 1 : 0);
    }

    private static Handler of(Method method, Object target, Class<?> owner) {
        Type[] types = Arrays.stream(method.getGenericParameterTypes()).map(type -> GreenroomJson.resolved(type, owner, method)).toArray(Type[]::new);
        Class<?>[] raw = method.getParameterTypes();
        return (event, context) -> {
            ByteArrayOutputStream written = Arrays.asList(raw).contains(OutputStream.class) ? new ByteArrayOutputStream() : null;
            Object[] values = new Object[raw.length];
            for (int at = 0; at < raw.length; at++) {
                values[at] = isContext(raw[at]) ? context
                    : raw[at] == InputStream.class ? new ByteArrayInputStream(event)
                    : raw[at] == OutputStream.class ? written
                    : read(event, types[at]);
            }
            Object value = method.invoke(target, values);
            if (written != null) {
                return written.toByteArray();
            }
            return write(value);
        };
    }

    private static Object read(byte[] event, Type type) {
        try {
            return GreenroomJson.convert(GreenroomJson.parse(new String(event, StandardCharsets.UTF_8)), type);
        } catch (RuntimeException error) {
            throw new Fault("An error occurred during JSON parsing", "java.lang.RuntimeException", error);
        }
    }

    private static byte[] write(Object value) {
        try {
            return GreenroomJson.write(value).getBytes(StandardCharsets.UTF_8);
        } catch (RuntimeException error) {
            throw new Fault("An error occurred during JSON serialization of response", "java.lang.RuntimeException", error);
        }
    }

    // --- Errors

    private static Throwable unwrapped(Throwable error) {
        return error instanceof InvocationTargetException && error.getCause() != null ? error.getCause() : error;
    }

    private static String nameOf(Throwable error) {
        return error instanceof Fault ? ((Fault) error).type : error.getClass().getName();
    }

    /** For the answer's header: not the class, but whose fault it is. */
    private static String typeOf(Throwable error) {
        return error instanceof Fault ? "Runtime.BadFunctionCode" : "Runtime.UserException";
    }

    private static byte[] document(Throwable error) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("errorMessage", error.getMessage() == null ? error.getClass().getName() : error.getMessage());
        if (nameOf(error) != null) {
            fields.put("errorType", nameOf(error));
        }
        // As there, what the runtime itself finds wrong has no stack.
        if (!(error instanceof Fault)) {
            List<String> trace = new ArrayList<>();
            own(error).forEach(element -> trace.add(element.toString()));
            fields.put("stackTrace", trace);
        }
        return GreenroomJson.write(fields).getBytes(StandardCharsets.UTF_8);
    }

    /** The stack down to where the function's own code was called. */
    private static List<StackTraceElement> own(Throwable error) {
        List<StackTraceElement> all = new ArrayList<>();
        for (StackTraceElement element : error.getStackTrace()) {
            if (element.getClassName().startsWith("GreenroomBootstrap") || element.getClassName().startsWith("GreenroomJson")) {
                break;
            }
            all.add(element);
        }
        while (!all.isEmpty() && isReflection(all.get(all.size() - 1).getClassName())) {
            all.remove(all.size() - 1);
        }
        return all;
    }

    private static boolean isReflection(String name) {
        return name.startsWith("java.lang.reflect.") || name.startsWith("jdk.internal.reflect.") || name.startsWith("java.lang.invoke.");
    }

    private static void log(Throwable error) {
        System.out.flush();
        StringWriter trace = new StringWriter();
        Throwable shown = error instanceof Fault && error.getCause() != null ? error.getCause() : error;
        if (error instanceof Fault && error.getCause() == null) {
            GreenroomContext.write(error.getMessage());
            return;
        }
        int depth = 0;
        for (Throwable each = shown; each != null && depth < 20; each = each.getCause(), depth++) {
            each.setStackTrace(own(each).toArray(new StackTraceElement[0]));
        }
        shown.printStackTrace(new PrintWriter(trace, true));
        String message = error.getMessage() == null ? nameOf(error) : error.getMessage();
        GreenroomContext.write(message + ": " + nameOf(error) + "\n" + trace.toString().stripTrailing());
    }
}
