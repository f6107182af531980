package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.drift.ColumnDrift;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftVerdict;

/** Puts a drift verdict into words and a share of health. */
public final class DriftSignals {
    private DriftSignals() {}

    public static SignalView view(SignalKind signal, DriftReport report) {
        double score = DriftVerdict.score(report);
        String what = signal == SignalKind.DATA_DRIFT ? "inputs" : "answers";
        if (!report.drifted()) {
            return new SignalView(signal, Math.min(score, 0.49), "The " + what + " look like the reference.", 1);
        }
        long drifted = report.columns().stream().filter(ColumnDrift::drifted).count();
        String strongest = report.strongest().map(DriftSignals::describe).orElse("");
        String sentence = Words.format(
                "%d of %d features of the %s changed, most of all %s.",
                drifted, report.columns().size(), what, strongest);
        return new SignalView(
                signal, score, sentence, 0.5 - 0.5 * drifted / report.columns().size());
    }

    private static String describe(ColumnDrift column) {
        String change = column.categorical()
                ? Words.format("PSI %.2f", column.psi())
                : Words.format(
                        "median moved %.2f interquartile ranges, spread times %.2f",
                        column.medianShift(), Math.exp(column.logSpreadRatio()));
        return Words.format("%s (%s, adjusted p %.1e)", column.name(), change, column.adjustedPValue());
    }
}
