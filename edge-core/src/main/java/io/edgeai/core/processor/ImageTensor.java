package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Images of one size as a tensor: {@code (byte · scale − mean) / std} for each channel, or the bytes as they are for
 * {@link ElementType#UINT8}. Immutable.
 *
 * @param layout where the channels stand
 * @param type FLOAT or UINT8
 * @param scale e.g. 1/255; ignored for UINT8
 * @param mean one for each channel, in the order of the tensor's channels; ignored for UINT8
 * @param std one for each channel, not 0; ignored for UINT8
 * @param blueFirst whether blue comes first, as where OpenCV read the images
 */
public record ImageTensor(
        Layout layout, ElementType type, double scale, List<Double> mean, List<Double> std, boolean blueFirst)
        implements Processor<List<Image>, Tensor> {
    /** Where the channels stand. */
    public enum Layout {
        /** [images, channels, rows, columns]. */
        NCHW,
        /** [images, rows, columns, channels]. */
        NHWC
    }

    public ImageTensor {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        boolean fit = mean.size() == Image.CHANNELS
                && std.size() == Image.CHANNELS
                && std.stream().allMatch(s -> s != 0)
                && (type == ElementType.FLOAT || type == ElementType.UINT8);
        if (!fit) {
            throw new InvalidInputException(
                    "Image tensors are FLOAT or UINT8, with 3 means and 3 deviations that are not" + " 0, not (" + type
                            + ", mean " + mean + ", std " + std + ").");
        }
    }

    /** FLOAT, channels first, from 0 to 1. */
    public static ImageTensor unit() {
        return new ImageTensor(
                Layout.NCHW, ElementType.FLOAT, 1 / 255.0, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0), false);
    }

    /** FLOAT, channels first, with mean and deviation of ImageNet as torchvision's networks take them. */
    public static ImageTensor imageNet() {
        return unit().normalised(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));
    }

    /** FLOAT, channels first, from −1 to 1 as many networks of TensorFlow take it. */
    public static ImageTensor symmetric() {
        return unit().scale(1 / 127.5).normalised(List.of(1.0, 1.0, 1.0), List.of(1.0, 1.0, 1.0));
    }

    public ImageTensor layout(Layout order) {
        return new ImageTensor(order, type, scale, mean, std, blueFirst);
    }

    public ImageTensor type(ElementType element) {
        return new ImageTensor(layout, element, scale, mean, std, blueFirst);
    }

    public ImageTensor scale(double factor) {
        return new ImageTensor(layout, type, factor, mean, std, blueFirst);
    }

    public ImageTensor normalised(List<Double> means, List<Double> deviations) {
        return new ImageTensor(layout, type, scale, means, deviations, blueFirst);
    }

    public ImageTensor blueFirst(boolean reversed) {
        return new ImageTensor(layout, type, scale, mean, std, reversed);
    }

    /** @throws InvalidInputException for no images, or images of several sizes */
    @Override
    public Tensor apply(List<Image> images) {
        if (images.isEmpty()) {
            throw new InvalidInputException("A tensor of (0) images has no size. Maybe give at least one.");
        }
        int width = images.get(0).width();
        int height = images.get(0).height();
        Tensor tensor = layout == Layout.NCHW
                ? Tensor.allocate(type, images.size(), Image.CHANNELS, height, width)
                : Tensor.allocate(type, images.size(), height, width, Image.CHANNELS);
        ByteBuffer out = tensor.buffer();
        float[][] values = values();
        for (Image image : images) {
            if (image.width() != width || image.height() != height) {
                throw new InvalidInputException("Images (" + images.get(0) + ", " + image
                        + ") of several sizes make no tensor. Maybe resize them first.");
            }
            write(image, out, values);
        }
        return tensor;
    }

    /** What each byte becomes, by the tensor's channel. */
    private float[][] values() {
        List<float[]> tables = new ArrayList<>();
        for (int channel = 0; channel < Image.CHANNELS; channel++) {
            float[] table = new float[256];
            for (int i = 0; i < table.length; i++) {
                table[i] = (float) ((i * scale - mean.get(channel)) / std.get(channel));
            }
            tables.add(table);
        }
        return tables.toArray(float[][]::new);
    }

    private void write(Image image, ByteBuffer out, float[][] values) {
        byte[] rgb = image.shared();
        if (layout == Layout.NHWC) {
            for (int i = 0; i < rgb.length; i += Image.CHANNELS) {
                for (int channel = 0; channel < Image.CHANNELS; channel++) {
                    put(out, rgb[i + source(channel)], values[channel]);
                }
            }
            return;
        }
        for (int channel = 0; channel < Image.CHANNELS; channel++) {
            for (int i = source(channel); i < rgb.length; i += Image.CHANNELS) {
                put(out, rgb[i], values[channel]);
            }
        }
    }

    private int source(int channel) {
        return blueFirst ? Image.CHANNELS - 1 - channel : channel;
    }

    private void put(ByteBuffer out, byte value, float[] table) {
        if (type == ElementType.UINT8) {
            out.put(value);
        } else {
            out.putFloat(table[value & 0xff]);
        }
    }
}
