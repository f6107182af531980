package io.edgeai.monitor.drift;

import io.edgeai.core.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The reference of one version: given, kept from an earlier run, or filled from the first samples. Not thread-safe. */
final class HeldReference {
    private static final int LAYOUT = 1;

    private final String origin;
    private final boolean given;
    private final SampleTable inputs;
    private final SampleTable outputs;
    private final int inputsWanted;
    private final int outputsWanted;

    private HeldReference(
            String origin,
            boolean given,
            SampleTable inputs,
            SampleTable outputs,
            int inputsWanted,
            int outputsWanted) {
        this.origin = origin;
        this.given = given;
        this.inputs = inputs;
        this.outputs = outputs;
        this.inputsWanted = inputsWanted;
        this.outputsWanted = outputsWanted;
    }

    /** One that the first samples fill. */
    static HeldReference empty(String origin, Sketches sketches, int inputLength, int outputLength) {
        return new HeldReference(
                origin,
                false,
                sketches.inputs(inputLength),
                sketches.outputs(outputLength),
                DriftWatch.REFERENCE,
                DriftWatch.REFERENCE);
    }

    /** One that is there; answers that it has none of are filled from samples, of this length. */
    static HeldReference of(DriftReference data, Sketches sketches, int outputLength) {
        SampleTable inputs = sketches.inputs(data.width());
        data.inputs().forEach(inputs::add);
        boolean answers = !data.outputs().isEmpty();
        SampleTable outputs = sketches.outputs(answers ? data.outputs().get(0).length : outputLength);
        data.outputs().forEach(outputs::add);
        return new HeldReference(
                data.origin(),
                true,
                inputs,
                outputs,
                data.size(),
                answers ? data.outputs().size() : DriftWatch.REFERENCE);
    }

    boolean given() {
        return given;
    }

    boolean fits(float[] input, float[] output) {
        return inputs.fits(input) && outputs.fits(output);
    }

    SampleTable inputs() {
        return inputs;
    }

    SampleTable outputs() {
        return outputs;
    }

    boolean inputsFull() {
        return inputs.size() >= inputsWanted;
    }

    boolean outputsFull() {
        return outputs.size() >= outputsWanted;
    }

    DriftBasis basis() {
        return new DriftBasis(origin, inputs.size(), outputsFull() ? outputs.size() : 0);
    }

    /** Features, not samples: what tests compare. */
    byte[] save(long seed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(LAYOUT);
            out.writeLong(seed);
            out.writeUTF(origin);
            out.writeInt(inputs.width());
            out.writeInt(outputs.width());
            inputs.write(out);
            outputs.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory cannot be written.", e);
        }
        return bytes.toByteArray();
    }

    /**
     * One that was kept; goes on filling where it was not full.
     *
     * @throws InvalidInputException where the bytes are not whole, or of projections by another seed
     */
    static HeldReference restore(byte[] state, Sketches sketches, long seed) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(state))) {
            int layout = in.readInt();
            long drawn = in.readLong();
            if (layout != LAYOUT || drawn != seed) {
                throw new InvalidInputException("A reference of layout (" + layout + ") and seed (" + drawn
                        + ") was kept, not of this monitor's (" + seed + "). Maybe leave seed(…) as it was.");
            }
            String origin = in.readUTF();
            HeldReference kept = empty(origin, sketches, in.readInt(), in.readInt());
            kept.inputs.read(in);
            kept.outputs.read(in);
            return kept;
        } catch (IOException e) {
            throw new InvalidInputException(
                    "A kept reference of (" + state.length + ") bytes is not whole. Maybe start without it.", e);
        }
    }
}
