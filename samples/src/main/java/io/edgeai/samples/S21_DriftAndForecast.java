package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.VersionTrends;
import io.edgeai.monitor.drift.stream.Change;
import io.edgeai.monitor.drift.stream.ErrorRateChange;
import io.edgeai.monitor.estimate.AccuracyEstimate;
import io.edgeai.monitor.estimate.AccuracyEstimator;
import io.edgeai.monitor.estimate.EstimateWatch;
import io.edgeai.monitor.trend.Crossing;
import io.edgeai.monitor.trend.Forecast;
import io.edgeai.monitor.trend.Forecaster;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks what will be: a version whose latency creeps up, when it will be too slow; how accurate it is while no labels come;
 * and at which answer it began to err. The clock is a number here, so two hours pass in a moment.
 */
public final class S21_DriftAndForecast {
    private static final double TOO_SLOW_MILLIS = 20;

    private S21_DriftAndForecast() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s21"), Terminal.system());
    }

    /**
     * What was found.
     *
     * @param slow when the version will be too slow, in minutes
     * @param next its latency in the next half hour, in milliseconds
     * @param accuracy estimated without labels
     * @param change where the error rate rose
     */
    record Outlook(Crossing slow, Forecast next, AccuracyEstimate accuracy, Change change) {}

    static Outlook run(Path home, Terminal terminal) {
        AtomicLong nanos = new AtomicLong();
        Random random = new Random(21);
        VersionRef version = VersionRef.of("digits", 1);
        try (EdgeAI edge = EdgeAI.builder()
                .home(home)
                .ticker(nanos::get)
                .monitoring(m -> m.signals(Set.of(SignalKind.LATENCY, SignalKind.PREDICTION_DRIFT))
                        .manualTicks())
                .build()) {
            EstimateWatch estimates = edge.monitor().estimates(version, estimator(random), answer -> answer[0]);
            InferenceListener listener = edge.monitor().listener(version);
            for (int minute = 0; minute < 120; minute++) {
                double millis = 5 + 0.05 * minute; // a twentieth of a millisecond more each minute
                for (int call = 0; call < 50; call++) {
                    listener.success((long) (1e6 * millis * Math.exp(0.2 * random.nextGaussian())));
                    listener.sample(new float[] {1}, new float[] {(float) (0.6 + 0.3 * random.nextDouble())});
                }
                nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                edge.monitor().tick();
            }
            VersionTrends trends = edge.monitor().trends(version);
            Crossing slow = trends.crossing(window -> window.p50Nanos() * 1e-6, TOO_SLOW_MILLIS);
            terminal.line("20 ms in " + slow.p50() + " minutes (" + slow.p10() + " to " + slow.p90() + ")");
            Forecast next = trends.forecast(
                    window -> window.p50Nanos() * 1e-6, Forecaster.ofDefaults(), Duration.ofMinutes(30));
            terminal.line("in half an hour " + next.mean()[29] + " ms, by "
                    + next.members().get(0).model());
            AccuracyEstimate accuracy = estimates.estimate();
            terminal.line("accuracy without labels: " + accuracy.accuracy() + ", " + accuracy.low() + " to "
                    + accuracy.high());
            Change change = firstRise(random);
            terminal.line("errors rose at answer " + change.since() + ", found at " + change.row());
            return new Outlook(slow, next, accuracy, change);
        }
    }

    /** Labelled answers of the past, right as often as they said. */
    private static AccuracyEstimator estimator(Random random) {
        double[] confidences = random.doubles(4000, 0.5, 1).toArray();
        boolean[] correct = new boolean[confidences.length];
        for (int i = 0; i < correct.length; i++) {
            correct[i] = random.nextDouble() < confidences[i];
        }
        return AccuracyEstimator.fit(confidences, correct);
    }

    /** A stream of answers that are wrong in 5 of 100 cases, and from the 3000th on in 20. */
    private static Change firstRise(Random random) {
        ErrorRateChange errors = ErrorRateChange.ofDefaults();
        for (int answer = 0; errors.lastChange().isEmpty(); answer++) {
            errors.update(random.nextDouble() < (answer < 3000 ? 0.05 : 0.2));
        }
        return errors.lastChange().get();
    }
}
