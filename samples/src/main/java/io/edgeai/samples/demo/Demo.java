package io.edgeai.samples.demo;

import io.edgeai.EdgeAI;
import io.edgeai.Optimized;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.runtime.Engines;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/** Plays the steps in order, prints each figure as it comes, and writes the report. */
public final class Demo {
    private final Path folder;
    private final DemoSettings settings;
    private final Terminal terminal;

    private Demo(Path folder, DemoSettings settings, Terminal terminal) {
        this.folder = folder;
        this.settings = settings;
        this.terminal = terminal;
    }

    /**
     * Plays the demo.
     *
     * @param folder gets the registry in {@code home} and the report in {@code report.html}
     * @return the report
     */
    public static Path play(Path folder, DemoSettings settings, Terminal terminal) {
        return play(folder, settings, terminal, Ticker.system());
    }

    /** @param ticker measures the time that answers take */
    static Path play(Path folder, DemoSettings settings, Terminal terminal, Ticker ticker) {
        return new Demo(folder, settings, terminal).play(ticker);
    }

    private Path play(Ticker ticker) {
        long start = System.nanoTime();
        FastTime time = new FastTime(Instant.parse("2026-01-05T08:00:00Z"));
        FaultyRuntime engine = new FaultyRuntime(Engines.discover().forFormat(ModelFormat.ONNX), ticker);
        try (ConsoleProgress progress = terminal.progress();
                EdgeAI edge = EdgeAI.builder()
                        .home(folder.resolve("home"))
                        .engines(Engines.of(engine))
                        .ticker(ticker)
                        .monitoring(monitor -> monitor.clock(time)
                                .ticker(time)
                                .window(ServeStep.WINDOW)
                                .signals(ServeStep.SIGNALS)
                                .falseAlarmsPerDay(0.1)
                                .manualTicks())
                        .build()) {
            step(1, "Learn: a small convolutional network on digits drawn here");
            LearnStep.Result learned = LearnStep.run(settings, progress);
            progress.done();
            say(
                    "%,d pictures, %,d parameters, %.1f s: %.2f %% of %,d held-out pictures right",
                    learned.train().size(),
                    learned.net().parameterCount(),
                    learned.seconds(),
                    100 * learned.accuracy(),
                    learned.test().size());

            step(2, "Register and shrink: INT8 with calibration, and the proof");
            ShrinkStep.Result shrunk = ShrinkStep.run(edge, learned, progress);
            progress.done();
            shrunk(shrunk);

            step(3, "Place: a dozen sites, seven strategies");
            PlaceStep.Result placed = PlaceStep.run(edge, shrunk);
            for (PlaceStep.Choice choice : placed.choices()) {
                say("%-18s %s", choice.strategy(), PlaceSection.summary(choice.plan()));
            }

            step(4, "Serve and watch: one version becomes slow, then the camera goes dull");
            ServeStep.Result served =
                    ServeStep.run(edge, shrunk.original(), second(edge, shrunk), engine, time, settings, progress);
            progress.done();
            served(served);

            step(5, "Learn together: thirty shops, no picture leaves its shop");
            FederateStep.Result federated = FederateStep.run(edge, learned, settings, progress);
            progress.done();
            say(
                    "%d rounds: %.1f %% right; the largest shop alone %.1f %%, all pictures in one place %.1f %%",
                    federated.federated().run().rounds().size(),
                    100 * federated.federated().run().accuracy(),
                    100 * federated.alone(),
                    100 * federated.central());

            Path report = folder.resolve("report.html").toAbsolutePath().normalize();
            double seconds = (System.nanoTime() - start) / 1e9;
            DemoReport.of(learned, shrunk, placed, served, federated, seconds).write(report);
            terminal.blank();
            say("done in %.0f s; open %s", seconds, report);
            return report;
        }
    }

    /** The version to compare with: the shrunk one, or one with halved weights where INT8 was not good enough. */
    private static ModelVersion second(EdgeAI edge, ShrinkStep.Result shrunk) {
        Optimized small = shrunk.small();
        return small.kept()
                ? small.version()
                : edge.optimize(shrunk.original()).fp16().run().version();
    }

    private void shrunk(ShrinkStep.Result shrunk) {
        var report = shrunk.small().report();
        say("%s: %s", shrunk.small().version().ref(), report.outcome());
        say(
                "size      %,d → %,d bytes (%+.1f %%)",
                report.bytesBefore(), report.bytesAfter(), 100 * report.sizeChange());
        if (report.accuracyBefore() != null && report.accuracyAfter() != null) {
            say(
                    "accuracy  %.2f → %.2f %% (%.2f %% kept)",
                    100 * report.accuracyBefore().value(),
                    100 * report.accuracyAfter().value(),
                    100 * report.accuracyKept());
        }
        if (report.latency() != null) {
            say(
                    "latency   medians %.1f → %.1f µs (side by side %.2f× as fast)",
                    report.latency().original().p50Micros(),
                    report.latency().derived().p50Micros(),
                    report.latency().speedup());
        }
    }

    private void served(ServeStep.Result served) {
        say("%,d requests answered; the monitor's clock ran ahead, the latencies are real", served.requests());
        for (ServeStep.Seen seen : served.alerts()) {
            say(
                    "window %3d  %-16s %s  %s",
                    seen.window(),
                    seen.alert().signal(),
                    seen.alert().version(),
                    seen.alert().message());
        }
        say(served.outcome());
        say(
                "right answers %.1f %% before the camera went dull, %.1f %% after",
                100 * served.accuracyBefore(), 100 * served.accuracyAfter());
    }

    private void step(int number, String title) {
        terminal.blank();
        terminal.line(number + "  " + title);
    }

    private void say(String format, Object... values) {
        terminal.line("   " + (values.length == 0 ? format : String.format(Locale.ROOT, format, values)));
    }
}
