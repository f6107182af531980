package io.edgeai.monitor.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as bytes on a socket, by the JDK's client. */
class DashboardHttpTest {
    private static final String TOKEN = "letters-and-digits-1";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final DashboardScene scene = new DashboardScene();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(scene));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Dashboard page(UnaryOperator<Dashboard.Builder> settings) {
        Dashboard page = settings.apply(Dashboard.of(scene).token(TOKEN).period(Duration.ofMillis(100)))
                .start();
        open.add(0, page);
        return page;
    }

    private static URI at(Dashboard page, String path) {
        return URI.create("http://127.0.0.1:" + page.port() + path);
    }

    private HttpResponse<String> get(Dashboard page, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(page, path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<InputStream> events(Dashboard page, String query) throws Exception {
        HttpResponse<InputStream> answer = client.send(
                HttpRequest.newBuilder(at(page, "/events" + query))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        open.add(0, answer.body());
        return answer;
    }

    /** One event by the grammar of the HTML standard: lines of field, colon, space, value; an empty line ends it. */
    private static Map<String, String> event(BufferedReader lines) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
            String[] pair = line.split(": ", 2);
            assertThat(fields.put(pair[0], pair[1])).as(line).isNull();
        }
        return fields;
    }

    private static JsonNode data(BufferedReader lines, String name) throws IOException {
        Map<String, String> event = event(lines);
        while (!name.equals(event.get("event"))) {
            event = event(lines);
        }
        return JSON.readTree(event.get("data"));
    }

    private static BufferedReader lines(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static boolean ends(BufferedReader lines) {
        try {
            return lines.lines().count() >= 0;
        } catch (UncheckedIOException e) {
            return true; // cut off in the middle of a chunk
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/page.js", "/page.css", "/charts.js", "/series.js", "/uPlot.js", "/events", "/nothing"})
    void nothingIsShownWithoutTheToken(String path) throws Exception {
        HttpResponse<String> answer = get(page(b -> b), path);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("Maybe").doesNotContain(TOKEN);
    }

    @Test
    void theLinkTurnsItsTokenIntoACookieThatScriptsCannotRead() throws Exception {
        Dashboard page = page(b -> b);
        assertThat(page.link()).isEqualTo(at(page, "/?token=" + TOKEN));
        HttpResponse<String> moved = get(page, "/?token=" + TOKEN);
        assertThat(moved.statusCode()).isEqualTo(303);
        assertThat(moved.headers().firstValue("Location")).contains("/");
        String cookie = moved.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/");
        HttpResponse<String> shown = get(page, "/", "Cookie", "other=1; " + cookie.split(";")[0]);
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Bearer ", "Basic " + TOKEN, TOKEN, "Bearer " + TOKEN + "x"})
    void aWrongTokenIsNoToken(String authorization) throws Exception {
        assertThat(get(page(b -> b), "/", "Authorization", authorization).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/uPlot.js", "/nothing"})
    void everyAnswerForbidsForeignScriptsAndFrames(String path) throws Exception {
        HttpResponse<String> answer = get(page(b -> b), path, "Authorization", "Bearer " + TOKEN);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    }

    @Test
    void thePageNeedsAtMost120KilobytesAndNothingFromElsewhere() throws Exception {
        Dashboard page = page(b -> b);
        int bytes = 0;
        for (String path :
                List.of("/", "/page.css", "/page.js", "/charts.js", "/series.js", "/uPlot.js", "/uPlot.css")) {
            String body = get(page, path, "Authorization", "Bearer " + TOKEN).body();
            bytes += body.getBytes(StandardCharsets.UTF_8).length;
            assertThat(body).as(path).doesNotContainPattern("(src|href|import|url)\\s*[=(]\\s*[\"']?https?:");
        }
        assertThat(bytes).isBetween(50_000, 120_000);
        assertThat(get(page, "/uPlot-LICENSE.txt", "Authorization", "Bearer " + TOKEN)
                        .body())
                .contains("MIT License", "Leon Sorokin");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, localhost, 200",
        "GET, 127.0.0.1:80, 200",
        "GET, [::1]:8000, 200",
        "GET, evil.example, 403",
        "GET, localhost.evil.example, 403",
        "GET, 127.0.0.1.evil.example:80, 403",
        "POST, localhost, 405",
        "DELETE, localhost, 405",
        "HEAD, localhost, 200",
    })
    void onlyNamesOfThisMachineAreAnsweredAndOnlyReaders(String method, String host, int status) throws Exception {
        Dashboard page = page(Dashboard.Builder::withoutToken);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.port())) {
            socket.getOutputStream()
                    .write((method + " / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            assertThat(answer.endsWith("\r\n\r\n")).as("a HEAD has no body").isEqualTo(method.equals("HEAD"));
        }
    }

    @ParameterizedTest
    @CsvSource({"?version=nothing, 400", "?range=year, 400", "?version=defects@0, 400"})
    void aWrongWishIsNamed(String query, int status) throws Exception {
        HttpResponse<String> answer = get(page(b -> b), "/events" + query, "Authorization", "Bearer " + TOKEN);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void aQueryHasABound() throws Exception {
        assertThat(get(page(b -> b), "/?token=" + "a".repeat(3000)).statusCode())
                .isEqualTo(414);
    }

    @Test
    void aStreamTellsTheStateAndThenWhatIsNew() throws Exception {
        scene.window(false);
        scene.window(false);
        HttpResponse<InputStream> answer = events(page(b -> b), "?version=" + DashboardScene.WELL);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        BufferedReader lines = lines(answer);
        assertThat(event(lines)).containsOnlyKeys("retry");
        assertThat(event(lines))
                .containsEntry("event", "beat")
                .containsEntry("data", Long.toString(scene.now().toEpochMilli()));
        JsonNode state = data(lines, "state");
        assertThat(state.path("versions").findValuesAsText("name"))
                .containsExactly(DashboardScene.WELL.toString(), DashboardScene.SLOW.toString());
        JsonNode rows = data(lines, "rows");
        assertThat(rows.path("whole").asBoolean()).isTrue();
        assertThat(rows.path("rows").size()).isEqualTo(2);

        scene.window(false);
        JsonNode news = data(lines, "rows");
        assertThat(news.path("whole").asBoolean()).isFalse();
        assertThat(news.path("rows").size()).isEqualTo(1);
        assertThat(news.path("rows").path(0).path(0).asDouble())
                .isEqualTo((double) scene.now().getEpochSecond());
    }

    @Test
    void seriesAreToldWhenTheyHaveNews() throws Exception {
        scene.monitor().series("oven").record(7);
        scene.window(false);
        BufferedReader lines = lines(events(page(b -> b), ""));
        JsonNode first = data(lines, "series");
        assertThat(first.findValuesAsText("name")).containsExactly("oven", "oven.temperature");
        assertThat(first.path(0).path("value").asDouble()).isEqualTo(7);
        scene.monitor().series("oven").record(9);
        scene.window(false);
        JsonNode second = data(lines, "series");
        assertThat(second.path(0).path("value").asDouble()).isEqualTo(9);
        assertThat(second.path(0).path("points")).hasSize(2);
    }

    @Test
    void pagesBeyondTheLimitAreTurnedAwayUntilOneIsClosed() throws Exception {
        Dashboard page = page(b -> b.maxPages(2));
        HttpResponse<InputStream> one = events(page, "");
        events(page, "");
        HttpResponse<InputStream> three = events(page, "");
        assertThat(three.statusCode()).isEqualTo(503);
        assertThat(three.headers().firstValue("Retry-After")).isPresent();
        one.body().close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events(page, "").statusCode()).isEqualTo(200));
    }

    @Test
    void closingEndsTheStreamsAndThePort() throws Exception {
        Dashboard page = page(b -> b);
        BufferedReader lines = lines(events(page, ""));
        data(lines, "state");
        page.close();
        page.close();
        assertThat(ends(lines)).isTrue();
        assertThatThrownBy(() -> get(page, "/")).isInstanceOf(ConnectException.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(thread -> thread.getName().startsWith("edgeai-dashboard")));
    }

    @Test
    void badSettingsSayWhatIsWrong() throws Exception {
        Dashboard.Builder builder = Dashboard.of(scene);
        List<Consumer<Dashboard.Builder>> bad = List.of(
                b -> b.port(-1),
                b -> b.port(65536),
                b -> b.token("short"),
                b -> b.token("with blanks in it"),
                b -> b.period(Duration.ofMillis(99)),
                b -> b.period(Duration.ofSeconds(61)),
                b -> b.maxPages(0),
                b -> b.host("no.such.host.invalid").start(),
                b -> b.host("0.0.0.0").withoutToken().start(),
                b -> b.host("127.0.0.1").port(page(x -> x).port()).start());
        for (Consumer<Dashboard.Builder> each : bad) {
            assertThatThrownBy(() -> each.accept(builder))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }

    @Test
    void aTokenOfItsOwnHas128RandomBits() {
        Dashboard page = Dashboard.of(scene).start();
        open.add(0, page);
        assertThat(page.link().getQuery()).matches("token=[A-Za-z0-9_-]{22}");
        assertThat(page.link()).isNotEqualTo(page(b -> b.port(0)).link());
    }
}
