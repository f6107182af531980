package com.example;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A service outside EdgeAI's build that has it as its only dependency: once in a plain main, once inside an executor
 * that was there before, with two instances in one JVM. Ends with exit code 1 where anything stays behind.
 */
public final class StoreGateway {
    private StoreGateway() {}

    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("store-gateway");
        Set<String> before = edgeThreads();
        try {
            plain(home.resolve("plain"));
            insideAnExecutor(home.resolve("a"), home.resolve("b"));
            Set<String> left = edgeThreads();
            left.removeAll(before);
            check(left.isEmpty(), "threads stayed: " + left);
            long open = openFilesBelow(home);
            check(open == 0, open + " files stayed open");
            System.out.println("nothing stayed behind");
        } finally {
            delete(home);
        }
    }

    private static void plain(Path home) {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            ModelVersion version = edge.registry().register("double", scaler(2), spec -> {});
            edge.registry().promote(version.ref(), "first release");
            float[] answer = edge.serve("double").predict(new float[] {1, 2, 3});
            check(answer[2] == 6, "2 * 3 was " + answer[2]);
            System.out.println("plain main: " + version + " answers");
        }
    }

    private static void insideAnExecutor(Path homeA, Path homeB) throws Exception {
        ExecutorService requests = Executors.newFixedThreadPool(4);
        try (EdgeAI a = EdgeAI.builder().home(homeA).build();
                EdgeAI b = EdgeAI.builder().home(homeB).build()) {
            a.registry().promote(a.registry().register("scale", scaler(2), spec -> {}).ref(), "a");
            b.registry().promote(b.registry().register("scale", scaler(5), spec -> {}).ref(), "b");
            ModelEndpoint twice = a.serve("scale");
            ModelEndpoint fiveTimes = b.serve("scale");
            List<Future<Boolean>> right = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                float x = i;
                right.add(requests.submit(() -> twice.predict(new float[] {x, 0, 0})[0] == 2 * x
                        && fiveTimes.predict(new float[] {x, 0, 0})[0] == 5 * x));
            }
            for (Future<Boolean> one : right) {
                check(one.get(), "an instance gave the other's answer");
            }
            System.out.println("executor: 2000 requests to two instances answered");
        } finally {
            requests.shutdownNow();
        }
    }

    private static byte[] scaler(float factor) {
        OnnxGraph graph = OnnxGraph.create("scale", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 3));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 3));
        graph.initializers().put("k", OnnxTensor.scalar(factor));
        graph.add("Mul", "mul", List.of("x", "k"), List.of("y"));
        return OnnxWriter.toBytes(graph);
    }

    private static Set<String> edgeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("edgeai-"))
                .collect(Collectors.toSet());
    }

    private static long openFilesBelow(Path home) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        long open = 0;
        try (Stream<Path> links = Files.list(descriptors)) {
            for (Path link : links.toList()) {
                if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(home)) {
                    open++;
                }
            }
        }
        return open;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
