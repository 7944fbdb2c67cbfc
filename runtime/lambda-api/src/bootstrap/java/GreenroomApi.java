import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The Runtime API, over one connection: an HTTP client of the platform would take longer to load than all else. */
final class GreenroomApi {
    static final class Answer {
        int status;
        final Map<String, String> headers = new HashMap<>();
        byte[] body;
    }

    private final String address;
    private final InputStream in;
    private final OutputStream out;

    GreenroomApi(String address) throws IOException {
        this.address = address;
        int colon = address.lastIndexOf(':');
        Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    Answer get(String path) {
        return exchange("GET", path, "", new byte[0]);
    }

    Answer post(String path, byte[] body, String type, String errorType) {
        String headers = "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n";
        if (errorType != null) {
            headers += "Lambda-Runtime-Function-Error-Type: " + errorType + "\r\n";
        }
        return exchange("POST", path, headers, body);
    }

    private Answer exchange(String method, String path, String headers, byte[] body) {
        try {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            String head = method + " /2018-06-01/runtime/" + path + " HTTP/1.1\r\nHost: " + address + "\r\n" + headers + "\r\n";
            request.write(head.getBytes(StandardCharsets.UTF_8));
            request.write(body);
            out.write(request.toByteArray());
            out.flush();
            return answer();
        } catch (IOException error) {
            // Without its server the runtime has nothing left to do.
            Runtime.getRuntime().halt(0);
            return null;
        }
    }

    private Answer answer() throws IOException {
        Answer answer = new Answer();
        answer.status = Integer.parseInt(line().substring(9, 12));
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            answer.headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        answer.body = in.readNBytes(Integer.parseInt(answer.headers.getOrDefault("content-length", "0")));
        return answer;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new IOException("the connection is closed");
            }
            if (read != '\r') {
                line.write(read);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
