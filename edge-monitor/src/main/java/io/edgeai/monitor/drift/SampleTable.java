package io.edgeai.monitor.drift;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rows of features of one kind of tensor, and optionally the index of its largest value. Not thread-safe. */
final class SampleTable {
    private final FeatureSketch sketch;
    private final String labelName;
    private final int rawLength;
    private final List<double[]> rows = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();

    /** @param labelName names the column of the largest value's index; empty for none */
    SampleTable(FeatureSketch sketch, int rawLength, String labelName) {
        this.sketch = sketch;
        this.rawLength = rawLength;
        this.labelName = labelName;
    }

    boolean fits(float[] values) {
        return values.length == rawLength;
    }

    void add(float[] values) {
        rows.add(sketch.features(values));
        if (labelled()) {
            labels.add(Integer.toString(largest(values)));
        }
    }

    /** Numbers of the tensor that a row is made of. */
    int width() {
        return rawLength;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(rows.size());
        for (int r = 0; r < rows.size(); r++) {
            out.writeInt(rows.get(r).length);
            for (double feature : rows.get(r)) {
                out.writeDouble(feature);
            }
            if (labelled()) {
                out.writeUTF(labels.get(r));
            }
        }
    }

    void read(DataInputStream in) throws IOException {
        int count = in.readInt();
        for (int r = 0; r < count; r++) {
            double[] row = new double[Math.max(0, Math.min(FeatureSketch.MAX_PLAIN, in.readInt()))];
            for (int f = 0; f < row.length; f++) {
                row[f] = in.readDouble();
            }
            rows.add(row);
            if (labelled()) {
                labels.add(in.readUTF());
            }
        }
    }

    int size() {
        return rows.size();
    }

    void clear() {
        rows.clear();
        labels.clear();
    }

    List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        int width = rows.isEmpty() ? 0 : rows.get(0).length;
        for (int c = 0; c < width; c++) {
            double[] values = new double[rows.size()];
            for (int r = 0; r < values.length; r++) {
                values[r] = rows.get(r)[c];
            }
            columns.add(Column.numeric(sketch.name(c, rawLength), values));
        }
        if (labelled()) {
            columns.add(Column.categorical(labelName, labels));
        }
        return columns;
    }

    private boolean labelled() {
        return !labelName.isEmpty() && rawLength > 1;
    }

    private static int largest(float[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
