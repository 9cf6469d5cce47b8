import imprint.Headers;
import imprint.Imprint;
import java.util.ArrayList;
import java.util.Map;

/** A walk through the service with the Java client; run by others.test.ts, which gives the address. */
public final class Walk {
    private static final String EMAIL = "java@example.com";
    private static final String PASSWORD = "correct horse battery staple";

    private static void expect(String what, boolean ok) {
        if (!ok) throw new AssertionError(what);
    }

    private static int statusOf(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (Imprint.ApiException error) {
            return error.status;
        }
    }

    public static void main(String[] arguments) {
        String[] token = {null};
        var auth = new Imprint.Auth().bearer(() -> token[0]);
        var config = new Imprint.Config().serverUrl(arguments[0]).auth(auth).middleware(new Headers());
        var client = new Imprint(config);
        client.registerUser(new Imprint.RegisterUser(EMAIL, PASSWORD, null, null));
        token[0] = client.login(new Imprint.Login(EMAIL, PASSWORD)).accessToken();

        for (int number = 0; number < 3; number++) {
            String text = "Written with Java, and long enough.";
            var status = Imprint.NewPostStatus.PUBLISHED;
            client.createPost(new Imprint.CreatePost("Number " + number, text, null, null, status, null));
        }
        var found = new ArrayList<Imprint.PostSummary>();
        client.listMyPostsItems(new Imprint.ListMyPostsParams().perPage(2L)).forEach(found::add);
        expect("all pages are listed", found.size() == 3);

        String id = found.get(0).id();
        String etag = (String) client.getPostWithHeaders(id).headers().get("etag");
        var change = new Imprint.UpdatePost("Another title", null, null, null);
        expect("a change needs If-Match", statusOf(() -> client.updatePost(id, change)) == 428);
        var changed = Headers.with("If-Match", etag, () -> client.updatePost(id, change));
        expect("the title is changed", changed.title().equals("Another title"));
        expect("a header is sent with one call only", statusOf(() -> client.deletePost(id)) == 428);

        var newer = Map.of("status", 402L, "detail", "Newer.", "code", "payment_required");
        var problem = Imprint.Problem.fromJson(newer);
        expect("a code that is newer is null", problem.code() == null && problem.toJson().get("code") == null);
        expect("and the rest is there", problem.detail().equals("Newer."));
        var either = Imprint.parseAuditTimeInvalidOrValidationFailedProblem(newer);
        expect("one of several kinds is a problem still", problem.equals(either));
        var known = Imprint.Problem.fromJson(Map.of("code", "forbidden"));
        expect("a code that is known is itself", known.code() == Imprint.ProblemCode.FORBIDDEN);

        client.logout();
        expect("a token ends with its session", statusOf(client::getCurrentUser) == 401);
        System.out.println("walked");
    }
}
