package io.edgeai.monitor.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.monitor.EdgeMonitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The page in a real browser that can reach the loopback and nothing else. With {@code -Dedgeai.screenshots=DIR} it leaves
 * pictures there to look at.
 */
class DashboardPageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ROUNDS = Boolean.getBoolean("edgeai.full") ? 20 : 1;

    @TempDir
    private Path profile;

    private Chromium browser;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> binary = Chromium.find();
        assumeTrue(binary.isPresent(), "No Chromium is on the PATH; the page is not tested in a browser.");
        browser = Chromium.start(binary.get(), profile);
        browser.window(1440, 900, "light");
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private void awaits(String expression, String value) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.evaluate(expression)).isEqualTo(value));
    }

    private void picture(String name, int width, int height, String scheme) throws Exception {
        String folder = System.getProperty("edgeai.screenshots");
        if (folder != null) {
            browser.window(width, height, scheme);
            browser.call(
                    "Runtime.evaluate",
                    Map.of("expression", "new Promise(done => setTimeout(done, 600))", "awaitPromise", true));
            browser.screenshot(Files.createDirectories(Path.of(folder)).resolve(name + ".png"));
        }
    }

    private static Dashboard whole(DashboardScene scene) {
        return Dashboard.of(scene)
                .experiments(DashboardScene::experiments)
                .sites(DashboardScene::sites)
                .start();
    }

    @Test
    void anIncidentIsShownOnEveryPart() throws Exception {
        try (DashboardScene scene = DashboardScene.ofAnHour();
                Dashboard page = whole(scene)) {
            browser.open(page.link());
            awaits("document.querySelectorAll('#charts .uplot').length", "8");
            awaits("document.querySelector('.head h2').textContent", DashboardScene.SLOW.toString());

            assertThat(browser.evaluate("document.querySelector('.head p').textContent"))
                    .isEqualTo(scene.health(DashboardScene.SLOW)
                            .topCause()
                            .orElseThrow()
                            .reason());
            assertThat(browser.evaluate("document.querySelectorAll('#models .model').length"))
                    .isEqualTo("3");
            assertThat(browser.evaluate("document.querySelector('#alerts').textContent"))
                    .contains("Latency", "firing", "latency rose from");
            assertThat(browser.evaluate("document.querySelector('#drift').textContent"))
                    .contains("features changed");
            assertThat(browser.evaluate("document.querySelector('#experiments').textContent"))
                    .contains("defects@4", "better");
            assertThat(browser.evaluate("document.querySelector('#sites').textContent"))
                    .contains("plant-7", "jetson-b");
            assertThat(browser.evaluate("document.querySelectorAll('#series .own path').length"))
                    .isEqualTo("2");
            assertThat(browser.evaluate("document.querySelectorAll('#series .own .band').length"))
                    .as("the hot oven's alert")
                    .isEqualTo("1");
            assertThat(browser.evaluate("document.querySelector('#series').textContent"))
                    .contains("oven.temperature", "°C", "parts.weight");
            assertThat(browser.evaluate("document.querySelector('#objectives').textContent"))
                    .contains("99.9 % of calls of defects without error", "99 % of calls of defects within 50 ms");
            assertThat(browser.evaluate("document.querySelector('#drift').textContent"))
                    .contains("against 1,000 rows: the first calls sampled");
            assertThat(browser.evaluate("location.search"))
                    .as("the token leaves the address")
                    .isEmpty();
            picture("incident-light", 1440, 1500, "light");
            picture("incident-dark", 1440, 1500, "dark");
            picture("incident-narrow", 420, 2400, "light");
            for (int width : List.of(360, 420, 700, 1024, 1440)) {
                browser.window(width, 800, "light");
                awaits("document.documentElement.scrollWidth - document.documentElement.clientWidth", "0");
            }
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** By axe-core: contrast, names of controls, landmarks, order of headings, tables' heads. */
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void whoSeesLittleOrHearsThePageIsToldAll(String scheme) throws Exception {
        browser.window(1440, 900, scheme);
        try (DashboardScene scene = DashboardScene.ofAnHour();
                Dashboard page = whole(scene)) {
            browser.open(page.link());
            awaits("document.querySelectorAll('#charts .uplot').length", "8");
            browser.evaluate(script("/axe.min.js"));

            assertThat(browser.settled("axe.run().then(run => run.passes.length > 20 ? run.violations.map(fault =>"
                            + " fault.id + ': ' + fault.nodes.map(node => node.html).join(' ')).join('; ')"
                            + " : 'did not run')"))
                    .isEmpty();
        }
    }

    private static String script(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DashboardPageIT.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void untilRowsComeThePageSaysThatItLoadsThem() throws Exception {
        try (DashboardScene scene = DashboardScene.ofAnHour();
                Dashboard page = Dashboard.of(scene).start()) {
            browser.open(page.link());
            awaits("document.querySelectorAll('#charts .uplot').length", "8");

            assertThat(browser.evaluate("Charts.clear(3600), document.querySelector('#charts .none').textContent"))
                    .startsWith("Loading…");
            assertThat(browser.evaluate("Charts.none(), document.querySelector('#charts .none').textContent"))
                    .startsWith("No data yet: the first window has not closed.")
                    .contains("factory()");
            assertThat(browser.evaluate("Charts.add([], true), document.querySelector('#charts .none').textContent"))
                    .startsWith("No data yet: the first window has not closed.")
                    .contains("factory()");
        }
    }

    @Test
    void aNewWindowArrivesByItselfAndAReaderMayLookElsewhere() throws Exception {
        try (DashboardScene scene = DashboardScene.ofAnHour();
                Dashboard page =
                        Dashboard.of(scene).period(Duration.ofMillis(200)).start()) {
            browser.open(page.link());
            awaits("document.querySelectorAll('#charts .uplot').length", "8");
            String before = browser.evaluate("document.querySelector('#live').textContent");
            scene.window(true);
            awaits("document.querySelector('#live').textContent !== " + '"' + before + '"', "true");

            browser.evaluate("[...document.querySelectorAll('.model')].find(each => each.textContent.includes('"
                    + DashboardScene.WELL + "')).click()");
            awaits("document.querySelector('.head h2').textContent", DashboardScene.WELL.toString());
            awaits("document.querySelectorAll('#charts .uplot').length", "8");
            browser.evaluate("document.querySelector('[data-range=day]').click()");
            awaits("document.querySelectorAll('#charts .uplot').length", "8");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** Tells what a reader waits for; how long that may be is no matter of a test, since a busy machine paints late. */
    @Test
    void theFirstPaintAndTheNextWindowAreTimed(TestReporter reporter) throws Exception {
        try (DashboardScene scene = DashboardScene.ofAnHour();
                Dashboard page = Dashboard.of(scene).start()) {
            for (int round = 0; round < ROUNDS; round++) {
                browser.open(page.link());
                awaits("document.querySelectorAll('#charts .uplot').length", "8");
                String paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime";
                String curves = "performance.now()";
                String sizes =
                        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))"
                                + ".reduce((sum, each) => sum + each.decodedBodySize, 0)";
                assertThat(Integer.parseInt(browser.evaluate(sizes))).isPositive();
                reporter.publishEntry(
                        "first contentful paint",
                        browser.evaluate(paint) + " ms; curves drawn after at most " + browser.evaluate(curves)
                                + " ms; " + browser.evaluate(sizes) + " bytes");
                String shown = "document.querySelector('#live').textContent";
                browser.evaluate("window.before = " + shown
                        + ", window.late = new Promise(done => new MutationObserver("
                        + "() => " + shown + " !== before && done(Date.now())).observe(document.querySelector('#live'),"
                        + " {childList: true, characterData: true, subtree: true}))");
                long closed = System.currentTimeMillis();
                scene.window(true);
                long late = Long.parseLong(browser.settled("window.late")) - closed;
                assertThat(late).isNotNegative();
                reporter.publishEntry("window on the page", late + " ms after its end");
            }
        }
    }

    @Test
    void anEmptyMonitorSaysSoAndNothingComesFromElsewhere() throws Exception {
        try (EdgeMonitor monitor = EdgeMonitor.builder().manualTicks().build();
                Dashboard page = Dashboard.of(monitor).start()) {
            browser.open(page.link());
            awaits("document.querySelector('.welcome h2').textContent", "Nothing is watched yet");
            picture("empty-light", 1440, 900, "light");
            picture("empty-dark", 420, 800, "dark");

            assertThat(browser.requests()).hasSizeGreaterThan(5).allSatisfy(uri -> assertThat(uri.getHost())
                    .isEqualTo("127.0.0.1"));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void aVersionWithoutCallsHasNoHealthAndNoAlarm() throws Exception {
        try (DashboardScene scene = DashboardScene.ofAnHour();
                Dashboard page = Dashboard.of(scene).start()) {
            browser.open(page.link());
            awaits("document.querySelectorAll('#models .model').length", "3");
            browser.evaluate("[...document.querySelectorAll('.model')].find(each => each.textContent.includes('"
                    + DashboardScene.IDLE + "')).click()");
            awaits("document.querySelector('.head .ring').textContent", "–");
            picture("idle-light", 1440, 1300, "light");
            assertThat(browser.evaluate("document.querySelector('#alerts').textContent"))
                    .doesNotContain(DashboardScene.IDLE.toString());
            assertThat(List.of(browser.evaluate("document.title").split(" · ")))
                    .contains(DashboardScene.IDLE.toString());
        }
    }
}
