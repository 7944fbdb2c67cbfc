import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** JSON, and the classes that handlers take and give: maps, lists, texts, numbers, and objects with getters and setters. */
final class GreenroomJson {
    /** How deep values may be in each other: what runs in a circle ends. */
    private static final int DEPTH = 200;

    private final String text;
    private int at;

    private GreenroomJson(String text) {
        this.text = text;
    }

    // --- Reading

    static Object parse(String text) {
        GreenroomJson reader = new GreenroomJson(text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong();
        }
        return value;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("unexpected JSON at character " + at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        space();
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at);
    }

    private void take(char wanted) {
        if (peek() != wanted) {
            throw wrong();
        }
        at++;
    }

    private Object value(int depth) {
        if (depth > 10 * DEPTH) {
            throw wrong();
        }
        switch (peek()) {
            case '{': return object(depth);
            case '[': return list(depth);
            case '"': return string();
            case 't': return word("true", true);
            case 'f': return word("false", false);
            case 'n': return word("null", null);
            default: return number();
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return value;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> all = new LinkedHashMap<>();
        take('{');
        while (peek() != '}') {
            if (!all.isEmpty()) {
                take(',');
            }
            peek();
            String name = string();
            take(':');
            all.put(name, value(depth + 1));
        }
        take('}');
        return all;
    }

    private List<Object> list(int depth) {
        List<Object> all = new ArrayList<>();
        take('[');
        while (peek() != ']') {
            if (!all.isEmpty()) {
                take(',');
            }
            all.add(value(depth + 1));
        }
        take(']');
        return all;
    }

    private String string() {
        take('"');
        StringBuilder all = new StringBuilder();
        while (true) {
            if (at >= text.length()) {
                throw wrong();
            }
            char next = text.charAt(at++);
            if (next == '"') {
                return all.toString();
            }
            all.append(next == '\\' ? escape() : next);
        }
    }

    private char escape() {
        if (at >= text.length()) {
            throw wrong();
        }
        char kind = text.charAt(at++);
        int plain = "\"\\/bfnrt".indexOf(kind);
        if (plain >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(plain);
        }
        if (kind != 'u' || at + 4 > text.length()) {
            throw wrong();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Object number() {
        int start = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (start == at) {
            throw wrong();
        }
        String digits = text.substring(start, at);
        if (digits.matches(".*[.eE].*")) {
            return Double.valueOf(digits);
        }
        BigInteger whole = new BigInteger(digits);
        return whole.bitLength() < 32 ? (Object) whole.intValue() : whole.bitLength() < 64 ? (Object) whole.longValue() : whole;
    }

    // --- Types

    /** `type` of a parameter of `method`, where its class says what stands for a type variable. */
    static Type resolved(Type type, Class<?> owner, Method method) {
        if (!(type instanceof TypeVariable)) {
            return type;
        }
        Type found = argument(owner, method.getDeclaringClass(), (TypeVariable<?>) type);
        return found == null ? ((TypeVariable<?>) type).getBounds()[0] : found;
    }

    private static Type argument(Class<?> from, Class<?> declaring, TypeVariable<?> variable) {
        List<Type> parents = new ArrayList<>(List.of(from.getGenericInterfaces()));
        if (from.getGenericSuperclass() != null) {
            parents.add(from.getGenericSuperclass());
        }
        for (Type parent : parents) {
            Class<?> raw = raw(parent);
            if (raw == declaring && parent instanceof ParameterizedType) {
                return ((ParameterizedType) parent).getActualTypeArguments()[List.of(raw.getTypeParameters()).indexOf(variable)];
            }
            Type found = argument(raw, declaring, variable);
            if (found instanceof TypeVariable && parent instanceof ParameterizedType) {
                int index = List.of(raw.getTypeParameters()).indexOf(found);
                return index < 0 ? found : ((ParameterizedType) parent).getActualTypeArguments()[index];
            }
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class) {
            return (Class<?>) type;
        }
        if (type instanceof ParameterizedType) {
            return (Class<?>) ((ParameterizedType) type).getRawType();
        }
        if (type instanceof GenericArrayType) {
            return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
        }
        if (type instanceof WildcardType) {
            return raw(((WildcardType) type).getUpperBounds()[0]);
        }
        return raw(((TypeVariable<?>) type).getBounds()[0]);
    }

    private static Type parameter(Type type, int index) {
        return type instanceof ParameterizedType ? ((ParameterizedType) type).getActualTypeArguments()[index] : Object.class;
    }

    // --- From JSON to what a handler takes

    static Object convert(Object value, Type type) {
        Class<?> raw = raw(type);
        if (value == null) {
            return raw.isPrimitive() ? Array.get(Array.newInstance(raw, 1), 0) : null;
        }
        if (raw == Object.class || raw == Void.class) {
            return value;
        }
        if (raw == String.class) {
            return text(value);
        }
        if (raw.isPrimitive() || Number.class.isAssignableFrom(raw) || raw == Boolean.class || raw == Character.class) {
            return simple(value, raw);
        }
        if (raw.isEnum()) {
            return constant(value, raw);
        }
        if (Map.class.isAssignableFrom(raw)) {
            return map(value, type, raw);
        }
        if (raw.isArray() || Collection.class.isAssignableFrom(raw)) {
            return elements(value, type, raw);
        }
        if (raw == Optional.class) {
            return Optional.of(convert(value, parameter(type, 0)));
        }
        if (raw == Date.class && value instanceof Number) {
            return new Date(((Number) value).longValue());
        }
        return value instanceof Map ? bean((Map<?, ?>) value, raw) : fromText(value, raw);
    }

    private static IllegalArgumentException unfit(Object value, Class<?> raw) {
        return new IllegalArgumentException("a " + value.getClass().getSimpleName() + " is no " + raw.getName());
    }

    private static String text(Object value) {
        if (value instanceof Map || value instanceof List) {
            throw unfit(value, String.class);
        }
        return String.valueOf(value);
    }

    private static Object simple(Object value, Class<?> raw) {
        if (raw == boolean.class || raw == Boolean.class) {
            return value instanceof Boolean ? value : Boolean.valueOf(text(value));
        }
        if (raw == char.class || raw == Character.class) {
            return text(value).charAt(0);
        }
        BigDecimal number = new BigDecimal(text(value));
        switch (raw.getSimpleName()) {
            case "int": case "Integer": return number.intValue();
            case "long": case "Long": return number.longValue();
            case "double": case "Double": return number.doubleValue();
            case "float": case "Float": return number.floatValue();
            case "short": case "Short": return number.shortValue();
            case "byte": case "Byte": return number.byteValue();
            case "BigInteger": return number.toBigInteger();
            case "BigDecimal": case "Number": return number;
            default: throw unfit(value, raw);
        }
    }

    private static Object constant(Object value, Class<?> raw) {
        for (Object constant : raw.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(value)) {
                return constant;
            }
        }
        throw unfit(value, raw);
    }

    @SuppressWarnings("unchecked")
    private static <T> T made(Class<?> raw, T usual) {
        if (raw.isInstance(usual)) {
            return usual;
        }
        try {
            return (T) raw.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("cannot make a " + raw.getName(), error);
        }
    }

    private static Object map(Object value, Type type, Class<?> raw) {
        if (!(value instanceof Map)) {
            throw unfit(value, raw);
        }
        Map<Object, Object> all = made(raw, raw.isAssignableFrom(TreeMap.class) && !raw.isAssignableFrom(LinkedHashMap.class) ? new TreeMap<>() : new LinkedHashMap<>());
        ((Map<?, ?>) value).forEach((name, member) -> all.put(convert(name, parameter(type, 0)), convert(member, parameter(type, 1))));
        return all;
    }

    private static Object elements(Object value, Type type, Class<?> raw) {
        if (!(value instanceof List)) {
            throw unfit(value, raw);
        }
        List<?> given = (List<?>) value;
        if (!raw.isArray()) {
            Collection<Object> all = made(raw, raw.isAssignableFrom(ArrayList.class) ? new ArrayList<>() : new LinkedHashSet<>());
            given.forEach(member -> all.add(convert(member, parameter(type, 0))));
            return all;
        }
        Type of = type instanceof GenericArrayType ? ((GenericArrayType) type).getGenericComponentType() : raw.getComponentType();
        Object all = Array.newInstance(raw.getComponentType(), given.size());
        for (int index = 0; index < given.size(); index++) {
            Array.set(all, index, convert(given.get(index), of));
        }
        return all;
    }

    /** Classes of dates and the like, which are made of a text. */
    private static Object fromText(Object value, Class<?> raw) {
        for (Class<?> taken : List.of(String.class, Object.class)) {
            try {
                return raw.getConstructor(taken).newInstance(value);
            } catch (ReflectiveOperationException error) {
                continue;
            }
        }
        try {
            return raw.getMethod("parse", CharSequence.class).invoke(null, value);
        } catch (ReflectiveOperationException error) {
            throw unfit(value, raw);
        }
    }

    private static Object bean(Map<?, ?> fields, Class<?> raw) {
        try {
            return raw.isRecord() ? record(fields, raw) : filled(fields, raw);
        } catch (InvocationTargetException error) {
            throw new IllegalArgumentException("cannot make a " + raw.getName(), error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("cannot make a " + raw.getName(), error);
        }
    }

    private static Object record(Map<?, ?> fields, Class<?> raw) throws ReflectiveOperationException {
        var components = raw.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int index = 0; index < components.length; index++) {
            types[index] = components[index].getType();
            values[index] = convert(fields.get(components[index].getName()), components[index].getGenericType());
        }
        Constructor<?> constructor = raw.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static Object filled(Map<?, ?> fields, Class<?> raw) throws ReflectiveOperationException {
        Constructor<?> constructor = raw.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object bean = constructor.newInstance();
        Map<String, Method> setters = new HashMap<>();
        for (Method method : raw.getMethods()) {
            if (method.getName().startsWith("set") && method.getParameterCount() == 1 && !method.isBridge()) {
                setters.put(method.getName().substring(3).toLowerCase(Locale.ROOT), method);
            }
        }
        for (Map.Entry<?, ?> entry : fields.entrySet()) {
            String name = ((String) entry.getKey()).toLowerCase(Locale.ROOT);
            Method setter = setters.get(name);
            if (setter != null) {
                setter.setAccessible(true);
                setter.invoke(bean, convert(entry.getValue(), setter.getGenericParameterTypes()[0]));
            } else {
                setField(bean, raw, name, entry.getValue());
            }
        }
        return bean;
    }

    /** What has neither setter nor field is left out, as by the vendor. */
    private static void setField(Object bean, Class<?> raw, String name, Object value) throws ReflectiveOperationException {
        for (Field field : raw.getFields()) {
            if (field.getName().toLowerCase(Locale.ROOT).equals(name) && !Modifier.isStatic(field.getModifiers())) {
                field.set(bean, convert(value, field.getGenericType()));
            }
        }
    }

    // --- Writing

    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("values are in each other without end");
        }
        if (value == null) {
            out.append("null");
        } else if (value instanceof Boolean || value instanceof Number) {
            out.append(value instanceof Double && !Double.isFinite((Double) value) ? "\"" + value + "\"" : value.toString());
        } else if (value instanceof CharSequence || value instanceof Character || value instanceof Enum) {
            quote(value instanceof Enum ? ((Enum<?>) value).name() : value.toString(), out);
        } else if (value instanceof Date) {
            out.append(((Date) value).getTime());
        } else if (value instanceof Optional) {
            write(((Optional<?>) value).orElse(null), out, depth);
        } else if (value instanceof Map) {
            members((Map<?, ?>) value, out, depth);
        } else if (value instanceof Iterable) {
            list((Iterable<?>) value, out, depth);
        } else if (value.getClass().isArray()) {
            List<Object> all = new ArrayList<>();
            for (int index = 0; index < Array.getLength(value); index++) {
                all.add(Array.get(value, index));
            }
            list(all, out, depth);
        } else if (value.getClass().getName().startsWith("java.time.")) {
            quote(value.toString(), out);
        } else {
            members(properties(value), out, depth);
        }
    }

    private static void members(Map<?, ?> all, StringBuilder out, int depth) {
        String before = "{";
        for (Map.Entry<?, ?> entry : all.entrySet()) {
            out.append(before);
            quote(String.valueOf(entry.getKey()), out);
            out.append(':');
            write(entry.getValue(), out, depth + 1);
            before = ",";
        }
        out.append(all.isEmpty() ? "{}" : "}");
    }

    private static void list(Iterable<?> all, StringBuilder out, int depth) {
        String before = "";
        out.append('[');
        for (Object member : all) {
            out.append(before);
            write(member, out, depth + 1);
            before = ",";
        }
        out.append(']');
    }

    private static Map<String, Object> properties(Object bean) {
        Map<String, Object> all = new TreeMap<>();
        try {
            for (Method method : bean.getClass().getMethods()) {
                String name = property(method);
                if (name != null) {
                    method.setAccessible(true);
                    all.put(name, method.invoke(bean));
                }
            }
            for (Field field : bean.getClass().getFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    all.putIfAbsent(field.getName(), field.get(bean));
                }
            }
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("cannot read a " + bean.getClass().getName(), error);
        }
        return all;
    }

    /** The property that a method reads; null where it reads none. */
    private static String property(Method method) {
        String name = method.getName();
        Set<String> objects = Set.of("getClass", "hashCode", "toString");
        boolean plain = method.getParameterCount() == 0 && !Modifier.isStatic(method.getModifiers()) && !objects.contains(name);
        if (!plain || method.getReturnType() == void.class || method.isBridge()) {
            return null;
        }
        if (method.getDeclaringClass().isRecord()) {
            return name;
        }
        boolean is = name.startsWith("is") && (method.getReturnType() == boolean.class);
        String rest = name.startsWith("get") ? name.substring(3) : is ? name.substring(2) : "";
        return rest.isEmpty() ? null : lowered(rest);
    }

    /** `statusCode` of `StatusCode`, `url` of `URL`. */
    private static String lowered(String name) {
        int end = 1;
        while (end < name.length() && Character.isUpperCase(name.charAt(end)) && (end + 1 == name.length() || Character.isUpperCase(name.charAt(end + 1)))) {
            end++;
        }
        return name.substring(0, end).toLowerCase(Locale.ROOT) + name.substring(end);
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char next = text.charAt(index);
            int plain = "\"\\\b\f\n\r\t".indexOf(next);
            if (plain >= 0) {
                out.append('\\').append("\"\\bfnrt".charAt(plain));
            } else if (next < ' ' || Character.isSurrogate(next) && !paired(text, index)) {
                out.append(String.format("\\u%04x", (int) next));
            } else {
                out.append(next);
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int index) {
        char next = text.charAt(index);
        return Character.isHighSurrogate(next)
            ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
            : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }
}
