package io.edgeai.optimize.runtime;

import io.edgeai.core.model.Digest;
import io.edgeai.core.runtime.InferenceRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a measurement or an engine's rewritten model is valid for: the model's bytes, the engine and its version, and the
 * processor.
 *
 * @param model SHA-256 of the model
 * @param engine name and version, with the providers in it
 * @param processor name, instruction set features that matter, architecture, count
 */
public record TuningKey(Digest model, String engine, String processor) {
    private static final List<String> FEATURES =
            List.of("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm", "sve");

    /** The key of a model on this machine. */
    public static TuningKey of(byte[] model, InferenceRuntime runtime) {
        return of(Digest.of(model), runtime);
    }

    /** The key of a model whose digest is known. */
    public static TuningKey of(Digest model, InferenceRuntime runtime) {
        return new TuningKey(
                model, runtime.name() + " " + runtime.availability().detail(), describe());
    }

    /** A file name for it: 64 hexadecimal digits. */
    public String fileName() {
        return Digest.of((model.hex() + "\n" + engine + "\n" + processor).getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    private static String describe() {
        String flags = "";
        String name = "unnamed";
        Path linux = Path.of("/proc/cpuinfo");
        if (Files.isReadable(linux)) {
            try (Stream<String> lines = Files.lines(linux, StandardCharsets.ISO_8859_1)) {
                for (String line : lines.limit(64).toList()) {
                    if (line.startsWith("model name")) {
                        name = line.substring(line.indexOf(':') + 1).trim();
                    } else if (line.startsWith("flags") || line.startsWith("Features")) {
                        List<String> words = List.of(line.split("\\s+"));
                        flags = String.join(
                                " ", FEATURES.stream().filter(words::contains).toList());
                    }
                }
            } catch (IOException e) {
                name = "unreadable";
            }
        }
        return name + " [" + flags + "] " + System.getProperty("os.arch") + " x"
                + Runtime.getRuntime().availableProcessors();
    }
}
