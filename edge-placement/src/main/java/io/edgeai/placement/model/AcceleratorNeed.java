package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;

/**
 * What one replica needs of one accelerator.
 *
 * @param kind the kind of device; empty takes any
 * @param milli thousandths of the device, 1 to 1000, or 0 for none, which then has neither kind nor memory
 * @param memoryBytes device memory
 */
public record AcceleratorNeed(String kind, int milli, long memoryBytes) {
    /** Needs none. */
    public static final AcceleratorNeed NONE = new AcceleratorNeed("", 0, 0);

    public AcceleratorNeed {
        if (milli < 0 || milli > Accelerator.WHOLE) {
            throw new InvalidInputException(
                    "Accelerator share (" + milli
                            + ") must be 1 to 1000 thousandths of one device. Maybe use more replicas instead of more devices.");
        }
        Require.nonNegative("Accelerator memory", memoryBytes);
        if (milli == 0 && (!kind.isEmpty() || memoryBytes > 0)) {
            throw new InvalidInputException("Accelerator share (0) must be 1 to 1000 thousandths where a kind (" + kind
                    + ") or memory (" + memoryBytes + " bytes) is wanted. Maybe use AcceleratorNeed.NONE.");
        }
    }

    public boolean none() {
        return milli == 0;
    }

    /** Whether a device of that kind, empty, could serve this need. */
    public boolean accepts(Accelerator device) {
        return kind.isEmpty() || kind.equals(device.kind());
    }
}
