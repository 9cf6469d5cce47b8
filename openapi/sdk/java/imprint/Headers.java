package imprint;

import java.net.http.HttpRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Headers for single calls. The methods of the client take none of their own, and a change to a post needs one:
 *
 * <pre>{@code
 * var client = new Imprint(new Imprint.Config().serverUrl(url).auth(auth).middleware(new Headers()));
 * Post post = Headers.with("If-Match", etag, () -> client.updatePost(id, change));
 * }</pre>
 */
public final class Headers implements Imprint.Middleware {
    private static final ThreadLocal<Map<String, String>> CURRENT = ThreadLocal.withInitial(Map::of);

    /** Sends one header more with the calls that are made within, on this thread. */
    public static <T> T with(String name, String value, Supplier<T> calls) {
        Map<String, String> before = CURRENT.get();
        Map<String, String> headers = new TreeMap<>(before);
        headers.put(name, value);
        CURRENT.set(headers);
        try {
            return calls.get();
        } finally {
            CURRENT.set(before);
        }
    }

    /** The same for calls that answer nothing. */
    public static void with(String name, String value, Runnable calls) {
        with(name, value, () -> {
            calls.run();
            return null;
        });
    }

    @Override
    public void onRequest(HttpRequest.Builder request) {
        CURRENT.get().forEach(request::setHeader);
    }
}
