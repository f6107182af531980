package io.edgeai.optimize.partition;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs a sharded network in one process, a thread a shard. Thread-safe. */
public final class ShardRunner implements AutoCloseable {
    private final ShardedNetwork network;
    private final List<InferenceSession> sessions;
    private final ExecutorService threads;

    private ShardRunner(ShardedNetwork network, List<InferenceSession> sessions) {
        this.network = network;
        this.sessions = sessions;
        this.threads = Executors.newFixedThreadPool(network.shards().size(), EdgeThreads.named("shard"));
    }

    /** Opens all parts. */
    public static ShardRunner open(InferenceRuntime runtime, ShardedNetwork network, SessionOptions options) {
        List<InferenceSession> sessions = new ArrayList<>();
        try {
            for (OnnxGraph part : parts(network)) {
                sessions.add(runtime.open(OnnxWriter.toBytes(part), options));
            }
        } catch (RuntimeException e) {
            sessions.forEach(InferenceSession::close);
            throw e;
        }
        return new ShardRunner(network, sessions);
    }

    /** The shards, what comes after and, where there is something, what comes before. */
    private static List<OnnxGraph> parts(ShardedNetwork network) {
        List<OnnxGraph> parts = new ArrayList<>(network.shards());
        parts.add(network.after());
        if (network.before() != null) {
            parts.add(network.before());
        }
        return parts;
    }

    /**
     * Runs one sample.
     *
     * @return the network's outputs, in its order
     * @throws EdgeException as {@link InferenceSession#run}
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        List<OnnxGraph> parts = parts(network);
        int shards = network.shards().size();
        Map<String, Tensor> known = new HashMap<>(inputs);
        if (network.before() != null) {
            known.putAll(step(parts, shards + 1, known));
        }
        List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            int shard = i;
            Map<String, Tensor> mine = Feeds.of(parts.get(i), known);
            answers.add(CompletableFuture.supplyAsync(() -> sessions.get(shard).run(mine), threads));
        }
        for (CompletableFuture<Map<String, Tensor>> answer : answers) {
            try {
                known.putAll(answer.join());
            } catch (CompletionException e) {
                throw e.getCause() instanceof EdgeException cause ? cause : e;
            }
        }
        known.putAll(step(parts, shards, known));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (OnnxValue output : network.whole().outputs()) {
            Tensor tensor = known.get(output.name());
            if (tensor != null) {
                outputs.put(output.name(), tensor);
            }
        }
        return outputs;
    }

    private Map<String, Tensor> step(List<OnnxGraph> parts, int index, Map<String, Tensor> known) {
        return sessions.get(index).run(Feeds.of(parts.get(index), known));
    }

    /** Frees all parts. Closing twice does nothing. */
    @Override
    public void close() {
        threads.shutdown();
        sessions.forEach(InferenceSession::close);
    }
}
