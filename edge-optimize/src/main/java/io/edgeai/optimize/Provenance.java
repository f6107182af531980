package io.edgeai.optimize;

import io.edgeai.core.model.Digest;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a report rests on, so that it can be repeated: the same model, data, recipe and machine.
 *
 * @param model digest of the original as an ONNX file
 * @param calibration digest of the calibration samples; null without
 * @param labelled digest of the labelled samples and their labels; null without
 * @param training digest of the examples trained on and their labels; null where nothing was trained
 * @param student digest of the student the original taught; null without
 * @param library version of this library
 * @param engine name and version of the engine that ran both models
 * @param hardware processor and system
 */
public record Provenance(
        Digest model,
        @Nullable Digest calibration,
        @Nullable Digest labelled,
        @Nullable Digest training,
        @Nullable Digest student,
        String library,
        String engine,
        String hardware) {
    static Provenance of(Recipe recipe, OnnxGraph original, InferenceRuntime runtime) {
        CalibrationData calibration = recipe.calibration();
        LabelledData labelled = recipe.labelled();
        return new Provenance(
                Digest.of(OnnxWriter.toBytes(original)),
                calibration == null ? null : calibration.digest(),
                labelled == null ? null : labelled.digest(),
                recipe.retraining().examplesDigest(),
                recipe.retraining().studentDigest(),
                version(),
                runtime.name() + " " + runtime.availability().detail(),
                Hardware.describe());
    }

    /** The version of this library. */
    public static String version() {
        try (InputStream in = Provenance.class.getResourceAsStream("version.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
