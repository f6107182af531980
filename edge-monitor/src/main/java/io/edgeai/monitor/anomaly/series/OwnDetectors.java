package io.edgeai.monitor.anomaly.series;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.Scorer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Detectors of a host's on one series, each calibrated, which share a budget evenly; the loudest counts. Not thread-safe. */
public final class OwnDetectors implements AnomalyDetector {
    private final List<CalibratedScorer> all;
    private String loudest = "";

    private OwnDetectors(List<CalibratedScorer> all) {
        this.all = all;
    }

    /**
     * Detectors that have seen nothing.
     *
     * @param scorers by name, one or more
     * @param budget of all together
     * @param step time between rows
     */
    public static OwnDetectors of(
            FalseAlarmBudget budget, Duration step, Map<String, ? extends Supplier<? extends Scorer>> scorers) {
        if (scorers.isEmpty()) {
            throw new InvalidInputException("There are no scorers. Maybe name one.");
        }
        FalseAlarmBudget share = budget.split(scorers.size());
        return new OwnDetectors(scorers.entrySet().stream()
                .map(entry -> new CalibratedScorer(
                        share, step, entry.getKey(), entry.getValue().get()))
                .toList());
    }

    /** The detector whose score the last update gave; empty before. */
    public String loudest() {
        return loudest;
    }

    @Override
    public double update(long epochMillis, double value) {
        double most = -1;
        for (CalibratedScorer each : all) {
            double score = each.update(epochMillis, value);
            if (score > most) {
                most = score;
                loudest = each.name();
            }
        }
        return most;
    }

    @Override
    public byte[] save() {
        List<byte[]> states = all.stream().map(CalibratedScorer::save).toList();
        int bytes = states.stream().mapToInt(state -> state.length).sum();
        ByteBuffer buffer = ByteBuffer.allocate(bytes + Integer.BYTES * states.size());
        states.forEach(state -> buffer.putInt(state.length).put(state));
        return buffer.array();
    }

    /** @throws InvalidInputException where the bytes are not of as many detectors, cut or damaged */
    @Override
    public void restore(byte[] state) {
        ByteBuffer buffer = ByteBuffer.wrap(state);
        SavedState.take(buffer, () -> {
            for (CalibratedScorer each : all) {
                byte[] part = new byte[Math.min(buffer.getInt(), buffer.remaining())];
                buffer.get(part);
                each.restore(part);
            }
        });
    }
}
