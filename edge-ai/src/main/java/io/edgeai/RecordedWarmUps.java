package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.WarmUp;
import io.edgeai.core.serving.protocol.InferRequestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Requests kept beside the registry for versions to warm up on: files {@code <home>/warm-up/<model>/<number>/*.json}, each
 * the body of an inference request of the Open Inference Protocol, run in the order of their names. Thread-safe.
 */
final class RecordedWarmUps {
    private final EdgeModelRegistry registry;
    private final InferRequestReader reader = InferRequestReader.ofDefaults();

    RecordedWarmUps(EdgeModelRegistry registry) {
        this.registry = registry;
    }

    /** {@link WarmUp#NONE} where no folder is there. */
    WarmUp of(VersionRef version) {
        Path own = registry.warmUps(version);
        if (!Files.isDirectory(own)) {
            return WarmUp.NONE;
        }
        List<Map<String, Tensor>> requests = new ArrayList<>();
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                requests.add(request(file));
            }
        } catch (IOException e) {
            throw new StorageException("Cannot read warm-up requests (" + own + "). Maybe check its permissions.", e);
        }
        return WarmUp.of(requests);
    }

    private Map<String, Tensor> request(Path file) throws IOException {
        byte[] body = Files.readAllBytes(file);
        try {
            return reader.read(body, body.length).inputs();
        } catch (InvalidInputException e) {
            throw new InvalidInputException("Warm-up request (" + file + ") is refused: " + e.getMessage(), e);
        }
    }
}
