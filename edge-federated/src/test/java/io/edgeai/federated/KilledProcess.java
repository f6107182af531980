package io.edgeai.federated;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Runs a main method in JVMs of its own that are killed at random moments, until one of them ends by itself. */
final class KilledProcess {
    private final Class<?> main;
    private final Path folder;
    private final int rounds;

    /** @param main says "started" when it runs, and takes the folder and the number of rounds */
    KilledProcess(Class<?> main, Path folder, int rounds) {
        this.main = main;
        this.folder = folder;
        this.rounds = rounds;
    }

    /**
     * Until the model is there.
     *
     * @param most kills; after that it is left alone
     * @return how often it was killed
     */
    int killUntil(Path model, int most, SplittableRandom random) throws IOException, InterruptedException {
        int kills = 0;
        while (!Files.exists(model)) {
            Process process = start();
            boolean ended = kills >= most
                    ? process.waitFor(120, TimeUnit.SECONDS)
                    : process.waitFor(5 + random.nextInt(120), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
                kills++;
            } else if (process.exitValue() != 0) {
                throw new AssertionError("exit " + process.exitValue() + " after " + kills + " kills");
            }
        }
        return kills;
    }

    /** Returns once its main method runs, so that a kill hits the run and not the start of a JVM. */
    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        main.getName(),
                        folder.toString(),
                        Integer.toString(rounds))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(Map.of(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        Process process = builder.start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (!"started".equals(line)) {
            throw new AssertionError("the process said " + line);
        }
        return process;
    }

    /** Whole or not at all, whenever it is killed. */
    static void write(Path file, float[] model) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * model.length);
        bytes.asFloatBuffer().put(model);
        Path part = Files.write(file.resolveSibling(file.getFileName() + ".part"), bytes.array());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static float[] read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }
}
