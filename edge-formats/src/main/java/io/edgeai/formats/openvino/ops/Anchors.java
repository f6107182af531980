package io.edgeai.formats.openvino.ops;

/** The boxes that Proposal starts from, known while importing. */
final class Anchors {
    private Anchors() {}

    /**
     * A box for each ratio and scale, left, top, right and bottom.
     *
     * @param tensorflow sizes unrounded and centers at 0; else as Caffe has them, edges naming pixels
     */
    static float[] boxes(long base, float[] ratios, float[] scales, boolean tensorflow) {
        float[] boxes = new float[4 * ratios.length * scales.length];
        float pixel = tensorflow ? 0 : 1;
        float center = tensorflow ? 0 : .5f * (base - pixel);
        int at = 0;
        for (float ratio : ratios) {
            float wide = (float) Math.sqrt(base * base / ratio);
            wide = tensorflow ? wide : (float) Math.floor(wide + .5);
            float high = wide * ratio;
            high = tensorflow ? high : (float) Math.floor(high + .5);
            for (float scale : scales) {
                float halfWide = .5f * (wide * scale - pixel);
                float halfHigh = .5f * (high * scale - pixel);
                boxes[at++] = center - halfWide;
                boxes[at++] = center - halfHigh;
                boxes[at++] = center + halfWide;
                boxes[at++] = center + halfHigh;
            }
        }
        return boxes;
    }

    /**
     * The boxes at each place of a map, row by row.
     *
     * @param swapped whether rows move boxes along the first coordinate, as TensorFlow's order y, x has it
     */
    static float[] grid(float[] boxes, long high, long wide, long stride, boolean swapped) {
        float[] grid = new float[Math.toIntExact(high * wide * boxes.length)];
        int at = 0;
        for (int y = 0; y < high; y++) {
            for (int x = 0; x < wide; x++) {
                for (int i = 0; i < boxes.length; i++) {
                    boolean across = i % 2 == 0 != swapped;
                    grid[at++] = boxes[i] + (float) ((across ? x : y) * stride);
                }
            }
        }
        return grid;
    }
}
