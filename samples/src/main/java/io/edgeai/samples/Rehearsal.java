package io.edgeai.samples;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Does in one process what most commands begin with, so that the JVM can write down the classes that they load. Says nothing and
 * leaves nothing behind.
 */
public final class Rehearsal {
    private static final int SIDE = 8;

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        PlacedForCommands.place();
        Path folder = Files.createTempDirectory("edgeai-rehearsal");
        try {
            run(folder);
        } finally {
            delete(folder);
        }
    }

    /**
     * Runs them in a folder.
     *
     * @return the commands that did not succeed
     */
    static List<String> run(Path folder) {
        Path model = folder.resolve("model.onnx");
        Path input = folder.resolve("input.npy");
        String home = folder.resolve("home").toString();
        OnnxWriter.write(new SmallConvNet(SIDE, 2, 1).toOnnx(), model);
        NpyFile.write(Tensor.of(new float[SIDE * SIDE], 1, 1, SIDE, SIDE), input);
        List<String[]> commands = List.of(
                new String[] {"--help"},
                new String[] {"run", "--help"},
                new String[] {"inspect", model.toString()},
                new String[] {
                    "run",
                    model.toString(),
                    "--input",
                    input.toString(),
                    "-o",
                    folder.resolve("out.npz").toString()
                },
                new String[] {"run", model.toString(), "--input", input.toString(), "--json"},
                new String[] {"registry", "register", "small", model.toString(), "--home", home},
                new String[] {"registry", "promote", "small@1", "--home", home},
                new String[] {"registry", "list", "--home", home, "--json"},
                new String[] {"registry", "show", "small@1", "--home", home});
        Terminal silent = new Terminal(nowhere(), nowhere(), false);
        List<String> failed = new ArrayList<>();
        for (String[] command : commands) {
            if (EdgeCommand.run(silent, command) != 0) {
                failed.add(String.join(" ", command));
            }
        }
        return failed;
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
