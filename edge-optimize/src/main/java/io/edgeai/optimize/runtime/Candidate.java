package io.edgeai.optimize.runtime;

import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options to try.
 *
 * @param label what differs from the start
 * @param options the options
 */
record Candidate(String label, SessionOptions options) {
    static final String SPINNING = "session.intra_op.allow_spinning";
    static final String DENORMALS = "session.set_denormal_as_zero";

    /** Options with some of the engine's own set, named after them. */
    Candidate with(String more, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(options.engineOptions());
        all.putAll(settings);
        return new Candidate(label.isEmpty() ? more : label + " " + more, options.engineOptions(all));
    }

    Candidate threads(int count) {
        return new Candidate("threads=" + count, options.intraOpThreads(count));
    }

    /** Threads, spinning, branches in parallel, and how far the graph is rewritten. */
    static List<Candidate> shapes(SessionOptions start, int mostThreads, boolean branches) {
        Candidate plain = new Candidate("", start);
        List<Candidate> workers = new ArrayList<>();
        workers.add(plain.threads(1));
        for (int threads = 2; threads <= mostThreads; threads = next(threads, mostThreads)) {
            workers.add(plain.threads(threads));
            workers.add(plain.threads(threads).with("spinning", Map.of(SPINNING, "1")));
        }
        if (branches && mostThreads > 1) {
            String several = Integer.toString(Math.min(4, mostThreads));
            workers.add(plain.threads(1)
                    .with(
                            "parallel branches=" + several,
                            Map.of("execution_mode", "parallel", "inter_op_num_threads", several)));
        }
        List<Candidate> all = new ArrayList<>(workers);
        for (Candidate worker : workers) {
            all.add(worker.with("level=extended", Map.of("graph_optimization_level", "extended")));
        }
        return all;
    }

    private static int next(int threads, int most) {
        return threads < most ? Math.min(most, threads * 2) : most + 1;
    }

    /** Memory and number handling on top of options already found. */
    static List<Candidate> details(Candidate found, boolean denormals) {
        List<Candidate> all = new ArrayList<>(List.of(
                found.with("arena", Map.of("enable_cpu_mem_arena", "1")),
                found.with("no memory pattern", Map.of("enable_mem_pattern", "0")),
                found.with(
                        "arena, no memory pattern", Map.of("enable_cpu_mem_arena", "1", "enable_mem_pattern", "0"))));
        if (denormals) {
            all.add(found.with("denormals as zero", Map.of(DENORMALS, "1")));
        }
        return all;
    }
}
