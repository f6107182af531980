package io.edgeai.optimize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.Measurement.Measured;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.search.Figures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Candidates measured earlier in a run that was interrupted. One folder for each combination of model, data, recipe,
 * engine and machine; a candidate is a pair of files that appears whole or not at all. What cannot be read is measured
 * anew.
 */
final class FinishedCandidates {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final @Nullable Path folder;

    private FinishedCandidates(@Nullable Path folder) {
        this.folder = folder;
    }

    static FinishedCandidates of(Recipe recipe, Provenance provenance) {
        Path work = recipe.folder();
        if (work == null) {
            return new FinishedCandidates(null);
        }
        String identity = recipe + "\n" + provenance + "\n"
                + (recipe.samples() == null ? "" : recipe.samples().digest());
        Path own = work.resolve(
                Digest.of(identity.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16));
        try {
            Files.createDirectories(own);
        } catch (IOException e) {
            throw new StorageException("Cannot make the work folder (" + own + ").", e);
        }
        return new FinishedCandidates(own);
    }

    /** The folder of this very run; null where nothing is kept. */
    @Nullable
    Path folder() {
        return folder;
    }

    private record Stored(
            Map<String, Integer> quantizedOps,
            List<FloatNode> left,
            List<String> layers,
            Figures figures,
            Fidelity fidelity,
            @Nullable Accuracy accuracy,
            @Nullable LatencyComparison latency) {}

    Optional<Measured> find(String name) {
        if (folder == null || !Files.exists(file(folder, name, ".json"))) {
            return Optional.empty();
        }
        try {
            Stored stored =
                    JSON.readValue(Files.readString(file(folder, name, ".json"), StandardCharsets.UTF_8), Stored.class);
            Quantized candidate = new Quantized(
                    OnnxReader.read(file(folder, name, ".onnx")), stored.quantizedOps, stored.left, stored.layers);
            return Optional.of(
                    new Measured(name, candidate, stored.figures, stored.fidelity, stored.accuracy, stored.latency));
        } catch (IOException | EdgeException unreadable) {
            return Optional.empty();
        }
    }

    void add(Measured measured) {
        if (folder == null) {
            return;
        }
        Quantized candidate = measured.candidate();
        Stored stored = new Stored(
                candidate.quantizedOps(),
                candidate.left(),
                candidate.layers(),
                measured.figures(),
                measured.fidelity(),
                measured.accuracy(),
                measured.latency());
        try {
            OnnxWriter.write(candidate.graph(), file(folder, measured.name(), ".onnx"));
            Path whole = file(folder, measured.name(), ".json");
            Path part = Files.writeString(file(folder, measured.name(), ".part"), JSON.writeValueAsString(stored));
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Records of plain values must be writable.", e);
        } catch (IOException e) {
            throw new StorageException("Cannot write into the work folder (" + folder + ").", e);
        }
    }

    private static Path file(Path folder, String name, String ending) {
        return folder.resolve(
                Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16) + ending);
    }
}
