package io.edgeai.samples.demo;

import io.edgeai.EdgeAI;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.window.WindowSummary;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Serves both versions side by side while the monitor watches, makes one of them slow, and later dulls the camera.
 * Every answer and its latency is real; only the monitor's clock runs ahead, ten seconds a window.
 */
final class ServeStep {
    static final Duration WINDOW = Duration.ofSeconds(10);
    static final int FAULT_AT = 150;
    static final int DRIFT_AT = 190;
    static final int WINDOWS = 300;
    static final Duration FAULT = Duration.ofMillis(1);
    static final Set<SignalKind> SIGNALS = Collections.unmodifiableSet(
            EnumSet.of(SignalKind.LATENCY, SignalKind.ERRORS, SignalKind.DATA_DRIFT, SignalKind.PREDICTION_DRIFT));

    private static final int WARM_UP = 3000;

    private final EdgeAI edge;
    private final ModelVersion stable;
    private final ModelVersion faulty;
    private final LabelledImages usual;
    private final LabelledImages dull;
    private final List<Seen> alerts = Collections.synchronizedList(new ArrayList<>());
    private final double[][] medians = new double[2][WINDOWS];
    private final double[] health = new double[WINDOWS];
    private final long[] right = new long[2];
    private final long[] asked = new long[2];
    private int window;
    private int reroutedAt = -1;

    private ServeStep(EdgeAI edge, ModelVersion stable, ModelVersion faulty, DemoSettings settings) {
        this.edge = edge;
        this.stable = stable;
        this.faulty = faulty;
        this.usual = DrawnDigits.defaults().draw(settings.testImages(), 300);
        this.dull = DrawnDigits.defaults().drifted().draw(settings.testImages(), 400);
        for (double[] line : medians) {
            Arrays.fill(line, Double.NaN);
        }
        Arrays.fill(health, Double.NaN);
    }

    /** An alert and the window after which it came. */
    record Seen(int window, AlertRaised alert) {}

    /**
     * What was seen.
     *
     * @param stable the version that stayed
     * @param faulty the version that was made slow
     * @param medians median latency of each version and window in µs; NaN without requests; stable first
     * @param health of the stable version after each window; NaN while unknown
     * @param alerts as they were raised
     * @param reroutedAt window after which the slow version got no more requests, or -1
     * @param faultyHealth health of the slow version at the end of what it served
     * @param lastHealth health of the stable version at the end
     * @param accuracyBefore share of right answers before the drift
     * @param accuracyAfter share of right answers from the drift on
     * @param requests answered in all
     */
    record Result(
            VersionRef stable,
            VersionRef faulty,
            List<double[]> medians,
            List<Double> health,
            List<Seen> alerts,
            int reroutedAt,
            Health faultyHealth,
            Health lastHealth,
            double accuracyBefore,
            double accuracyAfter,
            long requests) {
        /** Whether the version was taken out because of what was done to it, not of what else the machine had to do before. */
        boolean caught() {
            return reroutedAt >= FAULT_AT;
        }

        String outcome() {
            if (reroutedAt < 0) {
                return faulty + " kept its requests.";
            }
            return caught()
                    ? faulty + " got no more requests " + (reroutedAt - FAULT_AT + 1) + " windows after it became slow."
                    : faulty + " got no more requests after window " + reroutedAt + ", before it was made slow: on this"
                            + " machine its latency rose by itself.";
        }
    }

    static Result run(
            EdgeAI edge,
            ModelVersion stable,
            ModelVersion faulty,
            FaultyRuntime engine,
            FastTime time,
            DemoSettings settings,
            Progress progress) {
        return new ServeStep(edge, stable, faulty, settings).play(engine, time, settings.requestsPerWindow(), progress);
    }

    private Result play(FaultyRuntime engine, FastTime time, int requests, Progress progress) {
        EdgeMonitor monitor = edge.monitor();
        warmUp();
        Health faultyHealth = null;
        EventBus.AutoSubscription listening =
                edge.events().subscribe(AlertRaised.class, alert -> alerts.add(new Seen(window, alert)));
        try (ModelEndpoint endpoint = open()) {
            for (window = 0; window < WINDOWS; window++) {
                if (window == FAULT_AT) {
                    engine.slowDown(faulty.digest(), FAULT);
                }
                answer(endpoint, requests);
                time.advance(WINDOW);
                monitor.tick();
                look(monitor);
                if (reroutedAt < 0 && endpoint.split().arms().size() == 1) {
                    reroutedAt = window;
                    faultyHealth = monitor.health(faulty.ref());
                }
                progress.update("serve", window + 1L, WINDOWS);
            }
        } finally {
            listening.close();
        }
        return new Result(
                stable.ref(),
                faulty.ref(),
                List.of(medians),
                DoubleStream.of(health).boxed().toList(),
                List.copyOf(alerts),
                reroutedAt,
                faultyHealth == null ? monitor.health(faulty.ref()) : faultyHealth,
                monitor.health(stable.ref()),
                share(0),
                share(1),
                asked[0] + asked[1]);
    }

    /** Lets the JVM compile the path on an endpoint of its own, so that its slow first calls are nobody's usual. */
    private void warmUp() {
        try (ModelEndpoint endpoint = open()) {
            for (int i = 0; i < WARM_UP; i++) {
                endpoint.predict("warm-" + i, usual.image(i % usual.size()));
            }
        }
        edge.monitor().forget(stable.ref());
        edge.monitor().forget(faulty.ref());
    }

    private ModelEndpoint open() {
        return edge.serve(ShrinkStep.MODEL, serving -> serving.split(stable, 1)
                .split(faulty, 1)
                .noDeadline()
                .rollbackOn(SignalKind.LATENCY, SignalKind.ERRORS)
                .endpoint(builder -> builder.sampleEvery(1)));
    }

    private void answer(ModelEndpoint endpoint, int requests) {
        int phase = window < DRIFT_AT ? 0 : 1;
        LabelledImages camera = phase == 0 ? usual : dull;
        for (int i = 0; i < requests; i++) {
            long number = asked[0] + asked[1];
            int picture = (int) (number * 7919 % camera.size());
            float[] logits = endpoint.predict("camera-" + number, camera.image(picture));
            right[phase] += best(logits) == camera.label(picture) ? 1 : 0;
            asked[phase]++;
        }
    }

    private void look(EdgeMonitor monitor) {
        medians[0][window] = median(monitor.windows(stable.ref()));
        medians[1][window] = median(monitor.windows(faulty.ref()));
        health[window] = monitor.health(stable.ref()).score().orElse(Double.NaN);
    }

    private static double median(List<WindowSummary> windows) {
        return windows.isEmpty() ? Double.NaN : windows.get(windows.size() - 1).p50Nanos() / 1e3;
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }

    private double share(int phase) {
        return asked[phase] == 0 ? Double.NaN : (double) right[phase] / asked[phase];
    }
}
