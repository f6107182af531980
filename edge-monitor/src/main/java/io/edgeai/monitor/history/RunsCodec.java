package io.edgeai.monitor.history;

import io.edgeai.monitor.metric.BatchSizes;
import io.edgeai.monitor.window.RunSummary;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** The runs of a window as bytes: 64, and 8 for each class of batch size up to the largest. */
final class RunsCodec {
    private RunsCodec() {}

    static void write(DataOutputStream out, RunSummary runs) throws IOException {
        out.writeLong(runs.runs());
        out.writeDouble(runs.meanBatch());
        out.writeDouble(runs.meanWaitNanos());
        out.writeDouble(runs.p99WaitNanos());
        out.writeDouble(runs.meanComputeNanos());
        out.writeDouble(runs.p99ComputeNanos());
        out.writeDouble(runs.joules());
        int classes = runs.sizes().classes();
        out.writeByte(classes);
        for (int i = 0; i < classes; i++) {
            out.writeLong(runs.sizes().runs(i));
        }
    }

    static RunSummary read(DataInputStream in) throws IOException {
        long runs = in.readLong();
        double meanBatch = in.readDouble();
        double meanWait = in.readDouble();
        double p99Wait = in.readDouble();
        double meanCompute = in.readDouble();
        double p99Compute = in.readDouble();
        double joules = in.readDouble();
        int classes = in.readUnsignedByte();
        if (classes > BatchSizes.CLASSES) {
            throw new IOException("Batch sizes of (" + classes + ") classes are not known");
        }
        long[] sizes = new long[classes];
        for (int i = 0; i < classes; i++) {
            sizes[i] = in.readLong();
        }
        return new RunSummary(
                runs, BatchSizes.of(sizes), meanBatch, meanWait, p99Wait, meanCompute, p99Compute, joules);
    }
}
