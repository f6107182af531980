package io.edgeai.optimize;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.validation.Candidate;
import io.edgeai.core.validation.Trial;
import io.edgeai.core.validation.TrialLimits;
import io.edgeai.core.validation.TrialReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The most memory that a process of its own holds while it opens a model and answers one sample: the Java machine and the
 * engine (about 80 MB in all where the model is small), the model as the engine keeps it, and what a run needs.
 *
 * @param bytes 0 where that could not be found out
 * @param why why not; empty where it could
 */
record ProcessMemory(long bytes, String why) {
    private static final TrialLimits PATIENT =
            TrialLimits.defaults().time(Duration.ofMinutes(2)).residentMegabytes(Integer.MAX_VALUE);
    private static final int REPETITIONS = 3;

    static ProcessMemory of(OnnxGraph graph, Map<String, Tensor> sample) {
        byte[] bytes = OnnxWriter.toBytes(graph);
        ModelVersion version = new ModelVersion(
                VersionRef.of("measured", 1),
                ModelFormat.ONNX,
                WorkloadType.INFERENCE,
                Digest.of(bytes),
                bytes.length,
                Signature.UNKNOWN,
                Optional.empty(),
                "",
                Stage.REGISTERED,
                Instant.EPOCH,
                Map.of());
        try {
            Path file = Files.createTempFile("edgeai-memory", ".onnx");
            try {
                Files.write(file, bytes);
                TrialReport report =
                        new Trial(PATIENT).run(new Candidate(version, file, null), List.of(sample), REPETITIONS);
                return report.passed() && report.residentBytes() > 0
                        ? new ProcessMemory(report.residentBytes(), "")
                        : new ProcessMemory(
                                0,
                                report.passed() ? "the system does not tell what a process holds" : report.failure());
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (RuntimeUnavailableException e) {
            return new ProcessMemory(0, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StorageException("Cannot write a model to measure: " + e + ". Maybe the disk is full.", e);
        }
    }

    double megabytes() {
        return bytes / 1048576.0;
    }
}
