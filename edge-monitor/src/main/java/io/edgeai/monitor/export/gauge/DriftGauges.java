package io.edgeai.monitor.export.gauge;

import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.drift.ColumnDrift;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftVerdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What the newest drift test of one version found; nothing before the first. */
final class DriftGauges {
    private final EdgeMonitor monitor;
    private final VersionRef version;
    private final Map<String, String> tags;

    DriftGauges(EdgeMonitor monitor, VersionRef version) {
        this.monitor = monitor;
        this.version = version;
        this.tags = LiveGauges.tags(version);
    }

    void addTo(List<LiveGauge> all) {
        newest().ifPresent(verdict -> {
            side(all, "input", verdict.inputs(), DriftVerdict::inputs, now -> now.basis()
                    .inputs());
            side(all, "answer", verdict.outputs(), DriftVerdict::outputs, now -> now.basis()
                    .outputs());
        });
    }

    private void side(
            List<LiveGauge> all,
            String side,
            DriftReport known,
            Function<DriftVerdict, DriftReport> report,
            ToDoubleFunction<DriftVerdict> rows) {
        Map<String, String> ofSide = with(tags, "side", side);
        all.add(gauge(GaugeFamily.DRIFTED_FEATURES, ofSide, now -> report.apply(now).columns().stream()
                .filter(ColumnDrift::drifted)
                .count()));
        for (ColumnDrift column : known.columns()) {
            all.add(gauge(
                    GaugeFamily.DRIFT_PSI,
                    with(ofSide, "column", column.name()),
                    now -> report.apply(now).columns().stream()
                            .filter(each -> each.name().equals(column.name()))
                            .mapToDouble(ColumnDrift::psi)
                            .findFirst()
                            .orElse(Double.NaN)));
        }
        all.add(gauge(GaugeFamily.DRIFT_REFERENCE, ofSide, rows));
    }

    private LiveGauge gauge(GaugeFamily family, Map<String, String> of, ToDoubleFunction<DriftVerdict> read) {
        return new LiveGauge(family, of, () -> newest().map(read::applyAsDouble).orElse(Double.NaN));
    }

    private Optional<DriftVerdict> newest() {
        try {
            return monitor.drift(version);
        } catch (ModelNotFoundException e) {
            return Optional.empty(); // forgotten meanwhile
        }
    }

    static Map<String, String> with(Map<String, String> tags, String name, String value) {
        Map<String, String> more = new HashMap<>(tags);
        more.put(name, value);
        return more;
    }
}
