package io.edgeai.core.processor;

/**
 * A rectangle in pixels of an image, x to the right and y down.
 *
 * @param x1 left
 * @param y1 top
 * @param x2 right
 * @param y2 bottom
 */
public record Box(double x1, double y1, double x2, double y2) {
    /** From the middle and the sides. */
    public static Box centred(double x, double y, double width, double height) {
        return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    /** At least 0. */
    public double area() {
        return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
    }

    /** Area of what both cover over the area that either covers, 0 to 1; 0 where neither has an area. */
    public double iou(Box other) {
        double width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
        double height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
        double both = width <= 0 || height <= 0 ? 0 : width * height;
        double either = area() + other.area() - both;
        return either <= 0 ? 0 : both / either;
    }
}
