import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import java.net.URI;
import java.time.Duration;

/** Prints the value of a flag whenever it is another one, until it is true. */
public final class Client {
  public static void main(String[] arguments) throws Exception {
    URI url = URI.create(System.getenv("SLIPWAY_URL"));
    String flag = System.getenv("SLIPWAY_FLAG");
    boolean isPolling = "polling".equals(System.getenv("SLIPWAY_MODE"));
    LDConfig config =
        new LDConfig.Builder()
            .serviceEndpoints(Components.serviceEndpoints().streaming(url).polling(url).events(url))
            .dataSource(
                isPolling
                    ? Components.pollingDataSource().pollInterval(Duration.ofSeconds(30))
                    : Components.streamingDataSource())
            .startWait(Duration.ofSeconds(20))
            .build();
    LDContext context = LDContext.builder("kim").set("team", "compat").build();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    try (LDClient client = new LDClient(System.getenv("SLIPWAY_SDK_KEY"), config)) {
      Boolean seen = null;
      while (System.nanoTime() < deadline) {
        boolean value = client.boolVariation(flag, context, false);
        if (!client.isInitialized()) throw new IllegalStateException("The SDK could not be initialized");
        if (seen == null || seen != value) System.out.println(value);
        seen = value;
        if (value) {
          client.track("done", context);
          client.flush();
          return;
        }
        Thread.sleep(50);
      }
    }
    throw new IllegalStateException("The flag was not turned on in time");
  }
}
