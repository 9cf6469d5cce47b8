// A walk through the service with the Go client; run by others.test.ts, which gives the address.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"imprint.example/sdk/imprint"
)

func must[T any](value T, err error) T {
	if err != nil {
		var api *imprint.APIError
		if errors.As(err, &api) {
			panic(fmt.Sprint(api.URL, api.Status, api.Body))
		}
		panic(err)
	}
	return value
}

func expect(what string, ok bool) {
	if !ok {
		panic(what)
	}
}

func main() {
	ctx := context.Background()
	token := ""
	client := imprint.New(imprint.Config{
		ServerURL: os.Args[1],
		Auth:      imprint.Auth{Bearer: func() string { return token }},
	})
	must(client.RegisterUser(ctx, imprint.RegisterUser{Email: "go@example.com", Password: "correct horse battery staple"}))
	pair := must(client.Login(ctx, imprint.Login{Email: "go@example.com", Password: "correct horse battery staple"}))
	token = pair.AccessToken

	status := imprint.NewPostStatusPublished
	for number := 0; number < 3; number++ {
		must(client.CreatePost(ctx, imprint.CreatePost{
			Title: fmt.Sprintf("Number %d", number), Body: "Written with Go, and long enough.", Status: &status,
		}))
	}
	var found []imprint.PostSummary
	size := int64(2)
	client.ListMyPostsItems(ctx, &imprint.ListMyPostsParams{PerPage: &size})(func(post imprint.PostSummary, err error) bool {
		found = append(found, must(post, err))
		return true
	})
	expect("all pages are listed", len(found) == 3)

	_, headers, err := client.GetPostWithHeaders(ctx, found[0].Id)
	expect("a post is found", err == nil)
	title := "Another title"
	_, err = client.UpdatePost(ctx, found[0].Id, imprint.UpdatePost{Title: &title})
	var problem *imprint.APIError
	expect("a change needs If-Match", errors.As(err, &problem) && problem.Status == 428)
	changed := must(client.UpdatePost(imprint.WithHeader(ctx, "If-Match", *headers.Etag), found[0].Id, imprint.UpdatePost{Title: &title}))
	expect("the title is changed", changed.Title == title)

	expect("signed out", client.Logout(ctx) == nil)
	_, err = client.GetCurrentUser(ctx)
	expect("a token ends with its session", errors.As(err, &problem) && problem.Status == 401)
	fmt.Println("walked")
}
