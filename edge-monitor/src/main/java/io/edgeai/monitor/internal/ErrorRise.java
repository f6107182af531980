package io.edgeai.monitor.internal;

import io.edgeai.monitor.drift.stream.Change;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/** A rise of the share of wrong answers that is under way. Not thread-safe. */
final class ErrorRise {
    private static final int RECENT = 500;
    private static final double BACK = 0.25;
    private static final double CONFIRMED = 0.05;
    private static final double HALF = 0.5;

    private final double before;
    private final double found;
    private double level;
    private double recent;
    private long counted;
    private long labels;
    private long nanos;
    private int compared;

    private ErrorRise(double before, double found, long within) {
        this.before = before;
        this.found = found;
        this.level = found;
        this.recent = found;
        this.counted = within;
    }

    /** From where an earlier one began, if that is under way. */
    static ErrorRise of(Change found, Optional<ErrorRise> earlier) {
        double before = earlier.map(known -> known.before).orElse(found.before());
        return new ErrorRise(before, Math.max(before, found.after()), found.row() - found.since() + 1);
    }

    void add(boolean wrong) {
        labels++;
        if (counted < RECENT) {
            counted++;
            recent += ((wrong ? 1 : 0) - recent) / counted;
            level = recent;
        } else {
            recent += ((wrong ? 1 : 0) - recent) / RECENT;
        }
    }

    void elapse(long step) {
        nanos += step;
    }

    /** Inputs were compared after it was found. */
    void compared() {
        compared++;
    }

    /** Three quarters of the way back from the level of the first 500 labels, over about the last 500. */
    boolean over() {
        return recent <= before + BACK * Math.max(0, level - before);
    }

    boolean lasted(long longest, long most) {
        return nanos >= longest && labels >= most;
    }

    /** 0.5 to 1, by how many times as many answers are wrong; a little more each time inputs were compared since. */
    double score() {
        return HALF + (HALF - CONFIRMED) * (1 - before / found) + CONFIRMED * (1 - Math.pow(HALF, compared));
    }

    /** Half of what is right now over what was. */
    double value() {
        return HALF * Math.min(1, (1 - recent) / (1 - before));
    }

    /** Without an end. */
    String sentence() {
        return Words.format(
                "Wrong answers rose from %s to %s of %d labels", Words.percent(before), Words.percent(level), counted);
    }

    void write(DataOutput out) throws IOException {
        out.writeDouble(before);
        out.writeDouble(found);
        out.writeLong(counted);
        out.writeDouble(level);
        out.writeDouble(recent);
        out.writeLong(labels);
        out.writeLong(nanos);
        out.writeInt(compared);
    }

    static ErrorRise read(DataInput in) throws IOException {
        ErrorRise known = new ErrorRise(in.readDouble(), in.readDouble(), in.readLong());
        known.level = in.readDouble();
        known.recent = in.readDouble();
        known.labels = in.readLong();
        known.nanos = in.readLong();
        known.compared = in.readInt();
        return known;
    }
}
