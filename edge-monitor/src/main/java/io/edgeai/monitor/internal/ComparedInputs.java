package io.edgeai.monitor.internal;

import io.edgeai.monitor.drift.ColumnDrift;
import io.edgeai.monitor.drift.DriftVerdict;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What the newest drift test says of the inputs.
 *
 * @param at when
 * @param changed features that differ from the reference
 * @param columns features
 * @param most the one that differs most, empty without any
 */
record ComparedInputs(Instant at, int changed, int columns, String most) {
    static ComparedInputs of(DriftVerdict verdict) {
        int changed = (int)
                verdict.inputs().columns().stream().filter(ColumnDrift::drifted).count();
        String most = changed == 0
                ? ""
                : verdict.inputs().strongest().map(ColumnDrift::name).orElse("");
        return new ComparedInputs(
                verdict.at(), changed, verdict.inputs().columns().size(), most);
    }

    /** The end of a sentence that says that answers are wrong more often. */
    String sentence() {
        Instant tested = at.truncatedTo(ChronoUnit.SECONDS);
        return changed == 0
                ? Words.format(
                        ", while inputs look like the reference (%s): other answers are right for the same inputs.",
                        tested)
                : Words.format(
                        ", and inputs changed too (%s, %d of %d features, most of all %s): maybe the model does not know such inputs.",
                        tested, changed, columns, most);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(at.getEpochSecond());
        out.writeInt(at.getNano());
        out.writeInt(changed);
        out.writeInt(columns);
        out.writeUTF(most);
    }

    static ComparedInputs read(DataInput in) throws IOException {
        return new ComparedInputs(
                Instant.ofEpochSecond(in.readLong(), in.readInt()), in.readInt(), in.readInt(), in.readUTF());
    }
}
