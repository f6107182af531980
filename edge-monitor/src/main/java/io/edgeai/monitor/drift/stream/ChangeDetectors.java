package io.edgeai.monitor.drift.stream;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The detectors of this package by name, each with its defaults. Stateless. */
public enum ChangeDetectors {
    ERROR_RATE(ErrorRateChange::ofDefaults),
    ADWIN(Adwin::ofDefaults),
    PAGE_HINKLEY(PageHinkley::ofDefaults),
    CUSUM(Cusum::ofDefaults),
    LIKELIHOOD_RATIO(LikelihoodRatio::ofDefaults),
    KSWIN(Kswin::ofDefaults),
    DDM(DriftDetectionMethod::new),
    EDDM(EarlyDriftDetection::new),
    HDDM(HoeffdingDrift::ofDefaults);

    @SuppressWarnings("ImmutableEnumChecker") // constructors without state
    private final Supplier<ChangeDetector> fresh;

    ChangeDetectors(Supplier<ChangeDetector> fresh) {
        this.fresh = fresh;
    }

    /** A detector that has seen nothing. */
    public ChangeDetector create() {
        return fresh.get();
    }

    /** In lower case with hyphens, e.g. {@code page-hinkley}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws InvalidInputException listing all names where there is none such */
    public static ChangeDetectors named(String label) {
        List<ChangeDetectors> all = Arrays.asList(values());
        return all.stream()
                .filter(each -> each.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("Detector (" + label + ") is unknown. Maybe one of "
                        + all.stream().map(ChangeDetectors::label).toList() + "."));
    }
}
