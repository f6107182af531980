package io.edgeai;

import io.edgeai.core.model.Digest;
import io.edgeai.core.registry.Registration;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.optimize.Provenance;
import org.jspecify.annotations.Nullable;

/** Tags of a version that say what it was made of, by what and how, so that it can be made again. */
final class ProvenanceTags {
    private static final String PREFIX = "provenance.";
    private static final int LONGEST = 8192;

    private ProvenanceTags() {}

    /** Recipe, digests of model and data, library, engine and hardware of an optimization. */
    static void of(OptimizationReport report, Registration registration) {
        Provenance provenance = report.provenance();
        tag(registration, "recipe", report.recipe());
        tag(registration, "model", provenance.model());
        tag(registration, "calibration", provenance.calibration());
        tag(registration, "labelled", provenance.labelled());
        tag(registration, "training", provenance.training());
        tag(registration, "student", provenance.student());
        tag(registration, "library", provenance.library());
        tag(registration, "engine", provenance.engine());
        tag(registration, "hardware", provenance.hardware());
    }

    /** Who wrote the original, what became of each of its parts, and the library that did it. */
    static void of(ImportedModel imported, Registration registration) {
        tag(registration, "library", Provenance.version());
        tag(registration, "producer", imported.producer());
        tag(registration, "notes", String.join("\n", imported.notes()));
    }

    private static void tag(Registration registration, String key, @Nullable Digest digest) {
        if (digest != null) {
            tag(registration, key, digest.toString());
        }
    }

    private static void tag(Registration registration, String key, String value) {
        if (!value.isEmpty()) {
            registration.tag(PREFIX + key, value.length() <= LONGEST ? value : cut(value));
        }
    }

    /** Not amid a surrogate pair. */
    private static String cut(String value) {
        int end = LONGEST - 1;
        return value.substring(0, Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
