package io.edgeai.optimize.partition;

import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A network as a pipeline of stages, and what was measured of it.
 *
 * @param stages in the order in which they run
 * @param outputs names of the network's outputs, in its order
 * @param kernels what the stages are made of
 * @param options how to open a stage
 * @param exact whether every output of every sample given had the same bits as the whole network's
 * @param largestDifference the largest absolute difference of a FLOAT output from the whole network's; 0 where exact
 * @param wholeMicros microseconds of the whole network, measured in turns with the stages
 * @param largestNodeMicros what the slowest single node takes, below which no stage can get
 */
public record PipelineSplit(
        List<PipelineStage> stages,
        List<String> outputs,
        Kernels kernels,
        SessionOptions options,
        boolean exact,
        double largestDifference,
        double wholeMicros,
        double largestNodeMicros) {
    public PipelineSplit {
        stages = List.copyOf(stages);
        outputs = List.copyOf(outputs);
    }

    /** Opens the stages in this process, a thread each, with queues of 2 requests. */
    public StagedSession open(InferenceRuntime runtime) {
        return open(runtime, 2);
    }

    /**
     * Opens the stages in this process.
     *
     * @param queueDepth requests that may wait before each stage, 1 to 10,000
     */
    public StagedSession open(InferenceRuntime runtime, int queueDepth) {
        StagedSession.Builder builder = StagedSession.builder().outputs(outputs).queueDepth(queueDepth);
        List<InferenceSession> sessions = new ArrayList<>();
        boolean complete = false;
        try {
            for (PipelineStage stage : stages) {
                sessions.add(runtime.open(OnnxWriter.toBytes(stage.graph()), options));
            }
            sessions.forEach(builder::stage);
            StagedSession staged = builder.build();
            complete = true;
            return staged;
        } finally {
            if (!complete) {
                sessions.forEach(InferenceSession::close);
            }
        }
    }

    /** Time of the slowest stage over the mean of all stages; 1 is perfect. */
    public double balance() {
        return slowestMicros()
                / (stages.stream().mapToDouble(PipelineStage::micros).sum() / stages.size());
    }

    /** How many times more samples a second the pipeline can take in than the whole network on one worker. */
    public double throughputGain() {
        return wholeMicros / slowestMicros();
    }

    private double slowestMicros() {
        return stages.stream().mapToDouble(PipelineStage::micros).max().orElse(0);
    }

    /** A table of the stages and, where they are not balanced, the reason if a single node is it. */
    public String explain() {
        StringBuilder text = new StringBuilder("stage  nodes  micros  bytes sent  outputs\n");
        for (int i = 0; i < stages.size(); i++) {
            PipelineStage stage = stages.get(i);
            text.append(String.format(
                    Locale.ROOT,
                    "%5d  %5d  %6.0f  %10d  %s%n",
                    i,
                    stage.nodes(),
                    stage.micros(),
                    stage.bytesSent(),
                    String.join(", ", stage.outputs())));
        }
        text.append(String.format(
                Locale.ROOT,
                "max/mean %.2f, throughput %.2f times the whole's, %s%n",
                balance(),
                throughputGain(),
                exact ? "equal bit by bit" : "largest difference " + largestDifference));
        double mean = stages.stream().mapToDouble(PipelineStage::micros).sum() / stages.size();
        if (largestNodeMicros > mean) {
            text.append(String.format(
                    Locale.ROOT,
                    "One node alone takes %.0f micros, more than the mean stage of %.0f: no cut balances that.%n",
                    largestNodeMicros,
                    mean));
        }
        return text.toString();
    }
}
