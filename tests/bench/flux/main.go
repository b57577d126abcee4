// Command flux pushes and pulls as `flux push artifact` and `flux pull artifact` do, with Flux's own library.
//
//	flux push DIR REPOSITORY:TAG
//	flux pull REPOSITORY:TAG DIR
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/oci"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return fmt.Errorf("usage: flux push DIR REPOSITORY:TAG | flux pull REPOSITORY:TAG DIR")
	}
	client := oci.NewClient(oci.DefaultOptions())
	switch args[0] {
	case "push":
		metadata := oci.Metadata{
			Source:   "https://example.com/acme/app.git",
			Revision: "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872",
		}
		_, err := client.Push(ctx, args[2], args[1], oci.WithPushMetadata(metadata))
		return err
	case "pull":
		_, err := client.Pull(ctx, args[1], args[2])
		return err
	default:
		return fmt.Errorf("no such command: %s", args[0])
	}
}
